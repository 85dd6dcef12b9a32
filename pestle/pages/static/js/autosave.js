// A form with data-save-url keeps each field by itself: one small act a field, and what follows from it comes back.
import { keepers } from "./drafts.js";
import { clear, placeBeside } from "./forms.js";
import { csrfToken, newActId, say } from "./say.js";

const PAUSE_MS = 500;
const KEPT = "input[name]:not([type=hidden]):not([data-unsaved]), select[name]:not([data-unsaved]), textarea[name]:not([data-unsaved])";
const timers = new Map();
const kept = new WeakMap();

document.addEventListener("focusin", (event) => {
  if (isKept(event.target) && !kept.has(event.target)) kept.set(event.target, event.target.value);
});
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!isKept(field)) return;
  tell(field.form, "saving");
  later(field);
});
document.addEventListener("change", (event) => { if (isKept(event.target)) save(event.target); });
// A form that is sent carries its own fields; what was just typed in another is kept first.
document.addEventListener("submit", (event) => { for (const field of [...timers.keys()]) if (field.form === event.target) forget(field); }, { capture: true });
window.addEventListener("pagehide", () => keepTyped({ leaving: true }));
window.addEventListener("online", () => { for (const field of document.querySelectorAll("form[data-save-url] [data-not-saved]")) save(field); });

function isKept(field) {
  return Boolean(field.matches?.(KEPT) && field.form?.dataset.saveUrl);
}

function later(field) {
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => save(field), PAUSE_MS));
}

function forget(field) {
  clearTimeout(timers.get(field));
  timers.delete(field);
}

function keepTyped({ leaving }) {
  return Promise.allSettled([...timers.keys()].map((field) => save(field, { leaving })));
}
keepers.add(keepTyped);

async function save(field, { leaving = false } = {}) {
  forget(field);
  const { form, value } = field;
  if (!form) return;
  if (kept.get(field) === value && !("notSaved" in field.dataset)) return isSettled(field);
  const body = new URLSearchParams({ [field.name]: value, act_id: newActId() });
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
  // Nobody touched the bench when it is the lock that makes us keep a field.
  if (leaving) headers["X-By-Itself"] = "1";
  try {
    const answer = await fetch(form.dataset.saveUrl, { method: "POST", body, headers, keepalive: leaving, credentials: "same-origin" });
    if (answer.status === 423) return location.reload();
    await heard(field, value, answer);
  } catch {
    field.dataset.notSaved = "";
    tell(form, "not saved: the line is down, your typing stays here");
  }
}

async function heard(field, value, answer) {
  // What was typed meanwhile has its own answer to come.
  if (!field.isConnected || field.value !== value) return;
  forgetRefusals(field);
  const html = answer.status === 204 ? "" : await answer.text();
  if (answer.status === 409) return refused(field, html);
  if (!answer.ok) { field.dataset.notSaved = ""; return tell(field.form, "not saved: try again"); }
  delete field.dataset.notSaved;
  kept.set(field, value);
  if (html) window.htmx.swap(document.getElementById("main"), follow(html), { swapStyle: "none" });
  tell(field.form, "saved as you type");
}

/** Put what follows into fields that nobody has typed into meanwhile; gives the rest of the answer. */
function follow(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  for (const follower of answer.content.querySelectorAll("[data-follows]")) {
    follower.remove();
    const field = document.getElementById(follower.id);
    if (!field || field.value !== (kept.get(field) ?? field.defaultValue)) continue;
    field.value = follower.value;
    field.defaultValue = follower.value;
    kept.set(field, follower.value);
    forgetRefusals(field);
    if (field === document.activeElement) field.select();
  }
  return answer.innerHTML;
}

/** What stands in the field is what is kept: nothing to send, and nothing is wrong with it any more. */
function isSettled(field) {
  forgetRefusals(field);
  tell(field.form, "saved as you type");
}

function forgetRefusals(field) {
  for (const refusal of document.querySelectorAll(`.field-no [data-field="${CSS.escape(field.name)}"]`)) refusal.closest(".field-no").remove();
  clear(field);
}

function refused(field, html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  for (const refusal of answer.content.querySelectorAll("[data-field]")) placeBeside(field, refusal);
  say([...answer.content.querySelectorAll("b"), ...document.querySelectorAll(".field-no b")].map((each) => each.textContent).join(" "), { atOnce: true });
  tell(field.form, "this field is not saved");
}

function tell(form, words) {
  const place = document.querySelector(`[data-saved-said="${form.id}"]`);
  if (place) place.textContent = words;
}
