// A form is sent without leaving its page, so that a "no" stands beside its field and no typing is lost.
import { keepAll, keepFields } from "./drafts.js";
import { goTo, press } from "./keys.js";
import { csrfToken, say } from "./say.js";
import { showFault, waitFor } from "./live.js";

const SENT_BY_BROWSER = "[data-plain], [hx-post], [hx-get], [hx-put], [method=get], [role=search], [target]";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches(SENT_BY_BROWSER)) return;
  event.preventDefault();
  send(form, event.submitter);
});

/* Forms under way: the button that sent each, and the key of another that was pressed meanwhile. */
const underWay = new WeakMap();

/** Send a form once; a second press while it is under way is the first one, another button's press comes after it. */
async function send(form, submitter) {
  const before = underWay.get(form);
  if (before) {
    if (submitter !== before.submitter) before.then = submitter?.dataset.key;
    return;
  }
  const now = { submitter, then: "" };
  underWay.set(form, now);
  form.setAttribute("aria-busy", "true");
  forgetRefusals(form);
  const done = waitFor(form.dataset.waits || "Saving");
  try {
    await keepFields();
    const isDone = await answer(form, submitter, await post(form, submitter));
    if (!isDone) now.then = "";
  } catch {
    now.then = "";
    showFault("no-answer", { retry: () => send(form, submitter) });
  } finally {
    done();
    underWay.delete(form);
    form.removeAttribute("aria-busy");
  }
  if (now.then) press(now.then);
}

function post(form, submitter) {
  const body = new FormData(form, submitter);
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
  return fetch(action, { method: "POST", body, headers, credentials: "same-origin" });
}

/** Do what the answer says; true when the page stays and goes on. */
async function answer(form, submitter, response) {
  // The bench has locked itself: the typing is kept, and comes back with the person.
  if (response.status === 423) { keepAll({ leaving: true }); return location.reload(); }
  const go = response.headers.get("HX-Redirect") ?? (response.redirected ? response.url : null);
  if (go) return leave(form, go);
  if (response.headers.get("HX-Refresh") === "true") return leave(form, location.href);
  if (response.status === 409 || response.status === 422) return refuse(form, await response.text());
  if (!response.ok) return showFault("fault", { number: response.headers.get("X-Fault"), retry: () => send(form, submitter) });
  const target = document.querySelector(form.dataset.target || "#main");
  window.htmx.swap(target, await response.text(), { swapStyle: form.dataset.swap || "innerHTML" });
  form.dispatchEvent(new CustomEvent("form:sent", { bubbles: true }));
  return true;
}

function leave(form, url) {
  form.dispatchEvent(new CustomEvent("form:sent", { bubbles: true }));
  const there = new URL(url, location.href);
  const isHere = there.pathname + there.search === location.pathname + location.search;
  if (isHere) location.reload();
  else location.assign(there);
}

function refuse(form, html) {
  window.htmx.swap(document.getElementById("refusals"), html, { swapStyle: "innerHTML" });
  placeRefusals(form);
}

/** Move each finding beside the field it speaks of; what speaks of no field stays on top. */
export function placeRefusals(form) {
  const region = document.getElementById("refusals");
  const placed = [];
  for (const refusal of region?.querySelectorAll("[data-field]") ?? []) {
    const field = fieldNamed(refusal.dataset.field, form);
    if (!field) continue;
    placeBeside(field, refusal);
    placed.push(field);
  }
  const words = [...document.querySelectorAll(".refusal.is-small b")].map((each) => each.textContent).join(" ");
  // White space that stays behind would keep the region open.
  if (region && !region.childElementCount) region.replaceChildren();
  if (placed.length) { goTo(placed[0]); say(words, { atOnce: true }); }
}

function fieldNamed(name, form) {
  if (!name) return null;
  const inForm = form?.elements?.namedItem(name);
  const found = inForm instanceof RadioNodeList ? inForm[0] : inForm;
  return found ?? document.querySelector(`#main [name="${CSS.escape(name)}"]`);
}

/** Put a refusal under its field; the focus stays where it is. */
export function placeBeside(field, refusal) {
  const place = document.createElement("div");
  place.className = "field-no";
  place.id = `${field.id || field.name}-refused-${refusal.dataset.finding}`;
  place.append(refusal);
  (field.closest(".field") ?? field).after(place);
  field.classList.add("is-wrong");
  field.setAttribute("aria-invalid", "true");
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  field.setAttribute("aria-describedby", [...described.add(place.id)].join(" "));
}

/** Take away what was said before: the next answer speaks for itself. */
function forgetRefusals(form) {
  for (const refusal of document.querySelectorAll(".field-no [data-finding]")) {
    const field = fieldNamed(refusal.dataset.field, form);
    refusal.closest(".field-no").remove();
    if (field) clear(field);
  }
  document.getElementById("refusals")?.replaceChildren();
  document.getElementById("faults")?.replaceChildren();
}

/** Take the mark of a refusal from a field that was put right. */
export function clear(field) {
  field.classList.remove("is-wrong");
  field.removeAttribute("aria-invalid");
  const rest = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => document.getElementById(id)?.textContent.trim());
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "refusals") placeRefusals(event.detail.requestConfig?.elt?.closest?.("form"));
});
