// The keys of the house. What a key does stands on the thing itself: data-key="F9" on a button, link or field.
import { closeHelp, isHelping, openHelp } from "./help.js";
import { hideHelp, isSeen, say, showHelp } from "./say.js";
import { afterTyping } from "./scan.js";

const CHORDS = { "Alt Q": "F1", "Alt A": "F2", "Alt J": "F3", "Alt G": "F4", "Ctrl Enter": "F10" };
// The browser's own; a page that prints one of these on a button has made a mistake.
const FORBIDDEN = new Set(["F5", "F11", "F12", "Ctrl N", "Ctrl T", "Ctrl W",
  "Alt D", "Alt E", "Alt F", "Alt B", "Alt H", "Alt S", "Alt T", "Alt V"]);
const NAMES = { Escape: "Esc", NumpadEnter: "Enter", Space: "Space", ArrowUp: "Up", ArrowDown: "Down", ArrowLeft: "Left", ArrowRight: "Right" };
const FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea";
const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  if (!name || FORBIDDEN.has(name)) return;
  if (isHelping() && whileHelped(event, name)) return;
  if (ENTER[name] && ENTER[name](event)) return;
  if (LIST[name] && LIST[name](event)) return;
  if (isPlain(name) && digit(event, name)) return;
  if (isPlain(name)) return;
  if ((name !== "Esc" && press(name)) || OWN[name]?.() || OWN[CHORDS[name]]?.()) event.preventDefault();
});

// A button that is shut still takes focus; pressing it reads its sentence.
document.addEventListener("click", (event) => {
  const shut = event.target.closest?.("[aria-disabled=true]");
  if (!shut) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  explain(shut);
}, { capture: true });

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-focus], [data-shows], [data-press]");
  if (!button) return;
  if (button.dataset.focus) goTo(document.getElementById(button.dataset.focus));
  if (button.dataset.shows) toggle(button);
  if (button.dataset.press) press(button.dataset.press) || OWN[button.dataset.press]?.();
});

document.addEventListener("focusin", (event) => {
  hideHelp();
  followZone(event.target);
});

/** While help is read no step is taken unseen: whatever would act only closes it; finding, going and locking stay. */
function whileHelped(event, name) {
  if (!/^(F\d+|Alt .+|Ctrl Enter|Esc)$/.test(name) || /^(F3|Alt (J|L|\d))$/.test(name)) return false;
  event.preventDefault();
  closeHelp();
  return true;
}

/** "Alt P", "F9", "Ctrl Enter", "Shift Enter", "3": by the place of the key, so that no layout changes it. */
export function nameOf(event) {
  const { code } = event;
  if (/^(Alt|Control|Shift|Meta|OS)/.test(code) || event.metaKey) return "";
  const key = NAMES[code] ?? code.replace(/^Key|^Digit|^Numpad(?=\d$)/, "");
  const modifiers = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
  return [...modifiers, key].join(" ");
}

function isPlain(name) {
  return /^(Shift )?[A-Z0-9]$/.test(name) || name === "Space";
}

/** Do what is printed with this key: the thing itself, else its second chord. */
export function press(name) {
  const found = carrying(name) ?? (CHORDS[name] && carrying(CHORDS[name]));
  if (!found) return false;
  if (found.getAttribute("aria-disabled") === "true") {
    found.focus();
    explain(found);
  } else if (found.matches("[type=radio], [type=file]")) {
    // A choice that carries a key is made by it, a file is asked for.
    found.focus();
    found.click();
  } else if (found.matches(FIELDS)) goTo(found);
  else found.click();
  return true;
}

function carrying(name) {
  const wanted = name === "F10" ? "[data-act], [data-key=F10]" : `[data-key="${name}"]`;
  const all = [...document.querySelectorAll(wanted)].filter((each) => isSeen(each) && each.dataset.key === name);
  // Trying again after a fault comes before the step itself.
  return all.find((each) => "retry" in each.dataset) ?? all.find((each) => "act" in each.dataset) ?? all[0];
}

/** Move the focus to a field and take hold of what it has. */
export function goTo(element) {
  if (!element) return;
  element.focus();
  if (element.matches(TYPED)) element.select?.();
}

/** Say why a thing is shut, aloud and on the page. */
export function explain(element) {
  const described = (element.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const sentences = described.map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean);
  const words = element.dataset.shut || sentences.join(" ") || element.textContent.trim();
  showHelp(words);
  say(words, { atOnce: true });
  return words;
}

function toggle(button) {
  const shown = document.getElementById(button.dataset.shows);
  if (!shown) return;
  shown.hidden = !shown.hidden;
  button.setAttribute("aria-expanded", String(!shown.hidden));
  if (!shown.hidden) goTo(shown.querySelector(FIELDS) ?? shown.querySelector("a, button, [tabindex]"));
}

/* Enter and Shift Enter: from field to field. A form of one step (sign-in, scan bar) keeps Enter for sending. */
const ENTER = {
  "Enter": (event) => step(event, 1),
  "Shift Enter": (event) => step(event, -1),
};

/* Enter goes from number to number: a unit that stands there already is reached by Tab. */
const isUnitSaid = (element) => element.matches(".with-unit > .unit") && element.value !== "";

function step(event, by) {
  const field = event.target;
  if (!field.matches?.(FIELDS) || field.matches("textarea") && by > 0) return false;
  const form = field.form;
  if (form?.dataset.enter === "send" || form?.getAttribute("role") === "search") return false;
  event.preventDefault();
  // A field may belong to a form that stands elsewhere on the page.
  const all = form ? form.elements : (document.getElementById("main") ?? document).querySelectorAll(FIELDS);
  const fields = [...all].filter((each) => each === field || each.matches(FIELDS) && isSeen(each) && !each.disabled && each.tabIndex >= 0 && !isUnitSaid(each));
  const next = fields[fields.indexOf(field) + by];
  goTo(next ?? (by > 0 ? document.querySelector("[data-act]") : field));
  return true;
}

/* Lists: arrows move, Enter opens, Space marks, digits choose while the list has the focus. */
const LIST = {
  "Up": (event) => move(event, -1),
  "Down": (event) => move(event, 1),
  "Left": (event) => across(event, -1),
  "Right": (event) => across(event, 1),
  "Enter": (event) => open(event),
  "Space": (event) => mark(event),
};

function move(event, by) {
  const field = event.target.closest("[data-list]");
  const list = event.target.closest("[data-rows]") ?? (field && by > 0 && document.querySelector(field.dataset.list));
  if (!list || event.target.matches("select, textarea")) return false;
  const rows = rowsOf(list);
  const at = rows.indexOf(event.target.closest("[data-row]"));
  const next = rows[at + by];
  event.preventDefault();
  if (next) choose(list, next);
  else if (by < 0 && list.id) goTo(document.querySelector(`[data-list="#${list.id}"]`));
  return true;
}

function rowsOf(list) {
  return [...list.querySelectorAll("[data-row]")].filter(isSeen);
}

function choose(list, row) {
  for (const other of rowsOf(list)) {
    other.tabIndex = other === row ? 0 : -1;
    if (!other.matches("button")) other.classList.toggle("is-current", other === row);
  }
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function across(event, by) {
  const group = event.target.closest("[data-across]");
  if (!group || event.target.matches(TYPED)) return false;
  const buttons = [...group.querySelectorAll("button, a")].filter(isSeen);
  const next = buttons[buttons.indexOf(event.target) + by];
  event.preventDefault();
  next?.focus();
  return true;
}

function open(event) {
  const row = event.target;
  if (!row.matches("[data-row]") || row.matches("button, a")) return false;
  event.preventDefault();
  (row.querySelector("[data-open]") ?? row.querySelector("a, button"))?.click();
  return true;
}

function mark(event) {
  const row = event.target;
  if (!row.matches("[data-row]") || row.matches("button, a")) return false;
  const marker = row.querySelector("[data-mark], input[type=checkbox]");
  event.preventDefault();
  // The first character of a scan may be a space.
  if (marker) afterTyping(() => marker.click());
  return true;
}

function digit(event, name) {
  const list = event.target.closest?.("[data-digits]");
  if (!list || !/^\d$/.test(name) || event.target.matches(TYPED)) return false;
  const chosen = list.querySelector(`[data-digit="${name}"]`);
  event.preventDefault();
  if (chosen) afterTyping(() => chosen.click());
  return true;
}

/* What the house itself does with a key where the page has no other use for it. */
const OWN = {
  F1: () => {
    const at = document.activeElement;
    const shut = document.querySelector("[data-act][aria-disabled=true]");
    let line = "Each key is printed where it works. F3 finds anything, F10 takes the step in the corner, Esc goes back.";
    if (at?.getAttribute("aria-disabled") === "true") line = explain(at);
    else if (at?.dataset?.help) { line = at.dataset.help; showHelp(line); say(line); }
    else if (shut) line = explain(shut);
    else showHelp(line);
    openHelp(line);
    return true;
  },
  F3: () => { goTo(document.getElementById("scan-text")); return true; },
  Esc: () => {
    const help = document.getElementById("help");
    if (help?.childElementCount && !isWarned) { hideHelp(); return true; }
    const shown = [...document.querySelectorAll("[data-shows][aria-expanded=true]")].pop();
    if (shown) { toggle(shown); shown.focus(); return true; }
    const list = document.activeElement?.closest("[data-rows][id]");
    const field = list && document.querySelector(`[data-list="#${list.id}"]`);
    if (field) { goTo(field); return true; }
    if (document.activeElement?.id === "scan-text") { document.getElementById("main")?.focus(); return true; }
    if (hasLooseTyping() && !isWarned) {
      isWarned = true;
      showHelp("What you typed here is not kept. Esc again goes back without it.");
      return true;
    }
    carrying("Esc")?.click();
    // Even with nowhere to go: a browser would empty some fields.
    return true;
  },
};

let isWarned = false;

/** Typing that no draft keeps. */
function hasLooseTyping() {
  const fields = document.querySelectorAll("#main form:not([data-draft]):not([data-draft-url]):not([data-save-url]) :is(input, textarea)");
  return [...fields].some((field) => field.type !== "hidden" && isSeen(field) && field.value !== field.defaultValue);
}

function followZone(field) {
  const zone = field.dataset?.zoneOf;
  if (!zone) return;
  for (const each of document.querySelectorAll("[data-zone]")) each.classList.toggle("is-here", each.dataset.zone === zone);
}

/* A person's own keys: <script type="application/json" id="keymap">{"F9": "Alt Y"}</script>. */
function readKeymap() {
  try {
    return JSON.parse(document.getElementById("keymap")?.textContent || "{}");
  } catch {
    return {};
  }
}

const keymap = readKeymap();

/** Print and carry a person's own keys on new parts of the page; rows become reachable by Tab. */
export function dress(root) {
  for (const each of root.querySelectorAll("[data-key]")) {
    const own = keymap[each.dataset.key];
    if (own && !FORBIDDEN.has(own) && !each.dataset.house) {
      each.dataset.house = each.dataset.key;
      each.dataset.key = own;
    }
  }
  for (const cap of root.querySelectorAll("[data-cap]")) {
    if (keymap[cap.dataset.cap]) cap.textContent = keymap[cap.dataset.cap];
  }
  for (const list of root.querySelectorAll("[data-rows]")) {
    const rows = rowsOf(list);
    const current = rows.find((row) => row.classList.contains("is-current")) ?? rows[0];
    for (const row of rows) if (!row.matches("button, a")) row.tabIndex = row === current ? 0 : -1;
  }
}

// A field that a page begins in is taken hold of, as one that a key goes to.
if (document.activeElement?.matches?.("[autofocus]")) goTo(document.activeElement);
dress(document);
document.body.addEventListener("htmx:load", (event) => dress(event.target.parentElement ?? document));
