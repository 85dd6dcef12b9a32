// What is typed is kept as it is typed, so that a lock, a crash or a wrong key costs nothing.
import { csrfToken } from "./say.js";

const PAUSE_MS = 400;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "act_id"]);
const timers = new Map();

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!isKept(form)) return;
  tell(form, "saving");
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), PAUSE_MS));
});
document.addEventListener("form:sent", (event) => forget(event.target));
window.addEventListener("pagehide", () => keepAll({ leaving: true }));

/* What else keeps typing, field by field: each is asked to keep now what is not kept yet, and gives its promise. */
export const keepers = new Set();

/** Keep every draft now; the promise ends when all are kept. */
export function keepAll({ leaving = false } = {}) {
  const kept = [...timers].map(([form, timer]) => {
    clearTimeout(timer);
    return keep(form, { leaving });
  });
  return Promise.allSettled([...kept, keepFields({ leaving })]);
}

/** Keep now what is kept field by field. */
export function keepFields({ leaving = false } = {}) {
  return Promise.allSettled([...keepers].map((each) => each({ leaving })));
}

async function keep(form, { leaving = false } = {}) {
  timers.delete(form);
  if (!form.isConnected) return;
  const typed = typedIn(form);
  if (!form.dataset.draftUrl) {
    sessionStorage.setItem(draftKey(form), JSON.stringify(typed));
    return tell(form, "saved as you type");
  }
  const body = new URLSearchParams(Object.entries(typed));
  try {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    // Nobody touched the bench when it is the lock that makes us keep the draft.
    if (leaving) headers["X-By-Itself"] = "1";
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, headers, keepalive: leaving });
    if (!answer.ok) return keepHere(form, typed);
    sessionStorage.removeItem(draftKey(form));
    tell(form, "saved as you type");
  } catch {
    keepHere(form, typed);
  }
}

// The line is down or the bench is locked: it waits in this window, and is sent with the next key.
function keepHere(form, typed) {
  sessionStorage.setItem(draftKey(form), JSON.stringify(typed));
  tell(form, "kept here until the line is back");
}

function restoreAll(root) {
  for (const form of root.querySelectorAll("form[data-draft], form[data-draft-url]")) {
    const kept = sessionStorage.getItem(draftKey(form));
    if (kept) restore(form, JSON.parse(kept));
  }
}

function restore(form, typed) {
  let isChanged = false;
  for (const field of fieldsOf(form)) {
    if (!(field.name in typed)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = typed[field.name] === field.value;
    else field.value = typed[field.name];
    isChanged = true;
  }
  if (isChanged) tell(form, "your typing is back");
}

function forget(form) {
  if (!isKept(form)) return;
  clearTimeout(timers.get(form));
  timers.delete(form);
  sessionStorage.removeItem(draftKey(form));
}

function isKept(form) {
  return Boolean(form && ("draft" in form.dataset || "draftUrl" in form.dataset));
}

function draftKey(form) {
  // Whoever takes the bench over does not find another's typing.
  return `pestle.draft.${document.body.dataset.worker ?? ""}.${form.dataset.draft || form.dataset.draftUrl}`;
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !NEVER_KEPT.has(field.name) && !["password", "file", "hidden", "submit", "button"].includes(field.type));
}

function typedIn(form) {
  const typed = {};
  for (const field of fieldsOf(form)) {
    if (field.type === "radio" && !field.checked) continue;
    typed[field.name] = field.type === "checkbox" && !field.checked ? "" : field.value;
  }
  return typed;
}

function tell(form, words) {
  const place = document.querySelector(`[data-draft-said="${form.id}"]`);
  if (place) place.textContent = words;
}

restoreAll(document);
document.body.addEventListener("htmx:load", (event) => restoreAll(event.target));
