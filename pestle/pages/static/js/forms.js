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

/* What is under way: in the page's main part one form at a time, for two acts on the same work would race. */
const underWay = new WeakMap();
const placeOf = (form) => form.closest("#main") ?? form;

/** Send a form once; a second press while it is under way is the first one, another button's press comes after it. */
async function send(form, submitter) {
  const place = placeOf(form);
  const before = underWay.get(place);
  if (before) {
    if (form !== before.form || submitter !== before.submitter) before.next = { form, submitter };
    return;
  }
  const now = { form, submitter, next: null };
  underWay.set(place, now);
  form.setAttribute("aria-busy", "true");
  forgetRefusals(form);
  const done = waitFor(form.dataset.waits || "Saving");
  let came = "stays";
  try {
    await keepFields();
    came = await answer(form, submitter, await post(form, submitter));
  } catch {
    showFault("no-answer", { retry: () => send(form, submitter) });
  } finally {
    done();
    underWay.delete(place);
    form.removeAttribute("aria-busy");
  }
  // After a "no" another form is still its own act; another button of the same form is not pressed over it.
  if (now.next && (came === "done" || (came === "stays" && now.next.form !== form))) pressAgain(now.next);
}

/** Press what was pressed meanwhile; by its key where it has one, for the page may have been drawn anew. */
function pressAgain({ form, submitter }) {
  if (submitter?.dataset.key) press(submitter.dataset.key);
  else if (form.isConnected) send(form, submitter);
}

function post(form, submitter) {
  const body = new FormData(form, submitter);
  const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
  return fetch(action, { method: "POST", body, headers, credentials: "same-origin" });
}

/** Do what the answer says; gives "done", "stays" where the page stays without it, or "leaves". */
async function answer(form, submitter, response) {
  // The bench has locked itself: the typing is kept, and comes back with the person.
  if (response.status === 423) { keepAll({ leaving: true }); location.reload(); return "leaves"; }
  const go = response.headers.get("HX-Redirect") ?? (response.redirected ? response.url : null);
  if (go) return leave(form, go);
  if (response.headers.get("HX-Refresh") === "true") return leave(form, location.href);
  if (response.status === 409 || response.status === 422) return refuse(form, await response.text());
  if (!response.ok) {
    showFault("fault", { number: response.headers.get("X-Fault"), retry: () => send(form, submitter) });
    return "stays";
  }
  const target = document.querySelector(form.dataset.target || "#main");
  window.htmx.swap(target, await response.text(), { swapStyle: form.dataset.swap || "innerHTML" });
  form.dispatchEvent(new CustomEvent("form:sent", { bubbles: true }));
  return "done";
}

function leave(form, url) {
  form.dispatchEvent(new CustomEvent("form:sent", { bubbles: true }));
  const there = new URL(url, location.href);
  const isHere = there.pathname + there.search === location.pathname + location.search;
  if (isHere) location.reload();
  else location.assign(there);
  return "leaves";
}

function refuse(form, html) {
  window.htmx.swap(document.getElementById("refusals"), html, { swapStyle: "innerHTML" });
  placeRefusals(form);
  return "stays";
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
