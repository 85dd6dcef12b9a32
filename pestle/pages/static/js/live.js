// What happens around a swap: focus and scroll stay, the new part names itself once, waiting and faults are told.
import { say } from "./say.js";
import { play } from "./sounds.js";

const QUIET_MS = 400;
let kept = null;

/* Focus, scroll, and what was typed while the answer was on its way, stay where they were. */
const asked = new WeakMap();
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const at = document.activeElement;
  asked.set(event.detail.xhr, { at, value: at?.value });
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const at = document.activeElement;
  const then = asked.get(event.detail.xhr);
  const typed = then && then.at === at && at.value !== then.value ? at.value : null;
  kept = { at, id: at?.id, name: at?.name, range: caretOf(at), places: scrollPlaces(), typed };
});

document.body.addEventListener("htmx:afterSwap", () => {
  if (!kept?.typed || kept.at.isConnected) return;
  const place = document.querySelector(`#main [name="${CSS.escape(kept.name)}"]`);
  if (!place || place.value) return;
  place.value = kept.typed;
  place.dispatchEvent(new Event("input", { bubbles: true }));
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const region = event.target;
  if (kept) putBack(kept);
  kept = null;
  const name = region.dataset?.says || region.querySelector?.("[data-says]")?.dataset.says;
  if (name) say(name);
  ring();
});

/* A call for the pharmacist sounds once, on the first page of this window that hears of it. */
function ring() {
  const number = document.getElementById("calls")?.dataset.rings;
  if (!number || number === sessionStorage.getItem("rung")) return;
  sessionStorage.setItem("rung", number);
  play("ask");
  say(document.getElementById("calls").textContent.trim());
}

/* What a page asks for in the background waits without a line, and its faults are no news to whoever works. */
const isQuiet = (element) => Boolean(element?.closest?.("[data-quiet]"));

function caretOf(element) {
  try {
    return element?.selectionStart == null ? null : [element.selectionStart, element.selectionEnd];
  } catch {
    return null;
  }
}

function scrollPlaces() {
  return [...document.querySelectorAll(".scrolls[id], #main, #rail")].map((each) => [each.id, each.scrollTop, each.scrollLeft]);
}

function putBack({ id, name, range, places }) {
  const isLost = document.activeElement === document.body || document.activeElement === null;
  const element = isLost && (id ? document.getElementById(id) : name && document.querySelector(`#main [name="${CSS.escape(name)}"]`));
  if (element) {
    element.focus({ preventScroll: true });
    if (range) element.setSelectionRange?.(...range);
  }
  for (const [place, top, left] of places) document.getElementById(place)?.scrollTo(left, top);
}

/* Waiting: after 400 ms a line, what we wait for, and the seconds. */
/** Show that something is awaited; gives the function that ends it. */
export function waitFor(words) {
  const began = Date.now();
  const line = document.getElementById("progress");
  const place = line?.querySelector("[data-waiting]");
  let ticking = 0;
  const show = () => {
    if (!line) return;
    line.hidden = false;
    place.textContent = `${words}, ${Math.floor((Date.now() - began) / 1000)} s`;
  };
  const starting = setTimeout(() => {
    show();
    say(words);
    ticking = setInterval(show, 1000);
  }, QUIET_MS);
  return () => {
    clearTimeout(starting);
    clearInterval(ticking);
    if (line) line.hidden = true;
  };
}

/* What a page asks for by itself, such as a new count every minute, is no touch of the bench. */
document.body.addEventListener("htmx:configRequest", (event) => {
  const { headers, triggeringEvent } = event.detail;
  if (!triggeringEvent && !headers["X-Scan"]) headers["X-By-Itself"] = "1";
});

const awaited = new WeakMap();
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event.detail.elt)) return;
  const words = event.detail.elt?.closest?.("[data-waits]")?.dataset.waits ?? "Waiting for the program";
  awaited.set(event.detail.xhr, waitFor(words));
});
document.body.addEventListener("htmx:afterRequest", (event) => awaited.get(event.detail.xhr)?.());

/* Faults of ours: nothing saved, typing kept, a number, one key to try again. */
/** Show the panel for a fault ("fault") or for no answer ("no-answer"). */
export function showFault(kind, { number = null, retry = null } = {}) {
  const region = document.getElementById("faults");
  const template = document.getElementById(kind);
  if (!region || !template) return;
  const panel = template.content.cloneNode(true);
  const place = panel.querySelector("[data-fault]");
  if (place) place.textContent = number || "without a number";
  const again = panel.querySelector("[data-retry]");
  if (retry) again.addEventListener("click", () => { region.replaceChildren(); retry(); });
  else again.remove();
  region.replaceChildren(panel);
}

document.body.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (isQuiet(elt)) return;
  showFault("fault", { number: xhr.getResponseHeader("X-Fault"), retry: retryOf(elt) });
});
for (const silence of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(silence, (event) => {
    if (!isQuiet(event.detail.elt)) showFault("no-answer", { retry: retryOf(event.detail.elt) });
  });
}

function retryOf(element) {
  if (!element || element === document.body) return null;
  const trigger = element.matches("form") ? () => element.requestSubmit() : () => element.click();
  return trigger;
}

/* Offline: said on every page until the line is back. */
function tellLine() {
  const strip = document.getElementById("offline");
  if (!strip) return;
  strip.hidden = navigator.onLine;
  if (!navigator.onLine) say("The line is down. Your typing is kept here.", { atOnce: true });
}
window.addEventListener("offline", tellLine);
window.addEventListener("online", tellLine);
if (!navigator.onLine) tellLine();
