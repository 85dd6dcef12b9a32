// A scan is told from typing by speed, not by focus, and never lands in a text field.
import { hideHelp, icon, newActId, say } from "./say.js";
import { play } from "./sounds.js";

const FASTEST_TYPIST_MS = 30;   // Gaps below this are a scanner's.
const LATEST_SUFFIX_MS = 60;    // Some scanners think before they send Enter.
const BARE_ENDS_MS = 100;      // At a bench whose scanner sends no suffix.
const FIRST_BARE_ENDS_MS = 1000; // Until one such scan was seen: a slow machine must not cut a code in two.
const SHORTEST = 3;             // With Enter or Tab behind it.
const SHORTEST_BARE = 6;        // Without: a burst that simply ends.
const SURE_AFTER = 3;           // From this character on nothing reaches the page.
const SHAPES = { match: "ok", ask: "warn", stop: "stop" };
const SUFFIXES = new Set(["Enter", "NumpadEnter", "Tab"]);

const BARE = "pestle.scanner.bare";

let burst = null;
let bareTimer = 0;
let bareEnd = -Infinity;
let line = Promise.resolve();

/** Run an act of typing only when it has proved not to be the start of a scan. */
export function afterTyping(act) {
  const began = burst;
  setTimeout(() => {
    if (!began || began.text.length === 1) act();
  }, 2 * FASTEST_TYPIST_MS);
}

window.addEventListener("keydown", listen, { capture: true });

function listen(event) {
  if (event.isComposing || event.repeat) { burst = null; return; }
  const gap = burst ? event.timeStamp - burst.last : Infinity;
  if (burst && SUFFIXES.has(event.code) && !hasModifier(event)) {
    if (gap <= LATEST_SUFFIX_MS && burst.text.length >= SHORTEST) finish(event);
    else burst = null;
    return;
  }
  // The suffix of a scan that was already taken for a bare one, because this machine was slow.
  if (SUFFIXES.has(event.code) && event.timeStamp - bareEnd <= LATEST_SUFFIX_MS) return swallow(event);
  const character = characterOf(event, gap);
  if (character === null) return;
  if (gap <= FASTEST_TYPIST_MS) goOn(event, character);
  else burst = begin(event, character);
}

function begin(event, character) {
  clearTimeout(bareTimer);
  return { text: character, last: event.timeStamp, before: snapshot(document.activeElement) };
}

function goOn(event, character) {
  burst.text += character;
  burst.last = event.timeStamp;
  clearTimeout(bareTimer);
  if (burst.text.length >= SURE_AFTER) swallow(event);
  if (burst.text.length >= SHORTEST_BARE) bareTimer = setTimeout(endBare, localStorage.getItem(BARE) ? BARE_ENDS_MS : FIRST_BARE_ENDS_MS);
}

function endBare() {
  if (!burst) return;
  bareEnd = burst.last;
  localStorage.setItem(BARE, "1");
  finish(null);
}

function finish(event) {
  clearTimeout(bareTimer);
  if (event) {
    swallow(event);
    localStorage.removeItem(BARE);
  }
  const { text, before } = burst;
  burst = null;
  restore(before);
  const prefix = document.body.dataset.scanPrefix ?? "";
  send(prefix && text.startsWith(prefix) ? text.slice(prefix.length) : text);
}

/** The character a key writes; null for a key that writes none. GS1 parts are split by Ctrl + ] on a keyboard. */
function characterOf(event, gap) {
  if (event.ctrlKey && event.code === "BracketRight" && gap <= FASTEST_TYPIST_MS) return "\u001d";
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return event.key.length === 1 ? event.key : null;
}

function hasModifier(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function snapshot(element) {
  if (!element || !("value" in element) || element.tagName === "BUTTON") return null;
  const kept = { element, value: element.value };
  try {
    kept.range = [element.selectionStart, element.selectionEnd];
  } catch { /* A number or date field has no caret to keep. */ }
  return kept;
}

function restore(before) {
  if (!before || before.element.value === before.value) return;
  before.element.value = before.value;
  if (before.range?.[0] != null) before.element.setSelectionRange(...before.range);
  before.element.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Send a scan, one after the other in the order they were made. */
export function send(text) {
  hideHelp();
  document.dispatchEvent(new CustomEvent("scan", { detail: text }));
  line = line.then(() => post(text)).catch(() => heard({ state: "ask", said: "No answer: scan again" }));
  return line;
}

async function post(text) {
  const main = document.getElementById("main") ?? document.body;
  const url = main.dataset.scanUrl || document.body.dataset.scanUrl || "/scan/";
  let isAnswered = false;
  const noteAnswer = () => { isAnswered = true; };
  document.body.addEventListener("scanned", noteAnswer, { once: true });
  // The place a page names may not be there yet, as at a register with nobody before it: the scan is asked about all the same.
  const hasPlace = Boolean(main.dataset.scanTarget && document.querySelector(main.dataset.scanTarget));
  await window.htmx.ajax("POST", url, {
    source: document.body,
    target: hasPlace ? main.dataset.scanTarget : "#refusals",
    swap: (hasPlace && main.dataset.scanSwap) || "innerHTML",
    values: { text, page: location.pathname, act_id: newActId() },
    headers: { "X-Scan": "1" },
  });
  document.body.removeEventListener("scanned", noteAnswer);
  if (!isAnswered) heard({ state: "ask", said: "No answer: scan again" });
}

document.body.addEventListener("scanned", (event) => heard(event.detail));

/** Colour, words and sound together. */
export function heard({ state, said, words }) {
  const bar = document.getElementById("scan-bar");
  if (bar) {
    bar.dataset.state = state;
    const place = document.getElementById("scan-said");
    place.replaceChildren(...(SHAPES[state] ? [icon(SHAPES[state]), ` ${said}`] : [said]));
  }
  // The bar itself is a status; what stops the work must be heard at once.
  if (state === "stop") say(words || said, { atOnce: true });
  else if (words && words !== said) say(words);
  play(state);
}
