// Everything a page of the frame listens to. Scanning comes first: it must see a key before the keys do.
import "./scan.js";
import "./keys.js";
import "./forms.js";
import "./drafts.js";
import "./idle.js";
import "./clock.js";
import "./live.js";
import "./tour.js";
import "./held.js";
