// Words for the live regions, and what every request of ours carries.

/** Tell a screen reader, once: quietly, or at once when work must stop. */
export function say(words, { atOnce = false } = {}) {
  const region = document.getElementById(atOnce ? "said-now" : "said");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied and filled in one go may go unheard.
  setTimeout(() => { region.textContent = words; }, 50);
}

/** Show a sentence where everyone sees it, until the next key or scan. */
export function showHelp(words) {
  const strip = document.getElementById("help");
  if (!strip) return say(words);
  const box = document.createElement("div");
  box.className = "notice";
  box.textContent = words;
  strip.replaceChildren(box);
}

export function hideHelp() {
  document.getElementById("help")?.replaceChildren();
}

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

/** A number for one act, so that sending it twice does it once. */
export function newActId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // On plain http inside a pharmacy the browser has no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function isSeen(element) {
  return element.getClientRects().length > 0;
}

/** An icon of parts/icons.html. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}
