// F1: one screen that explains the station, in place of the work for as long as it is read. The work stays where it is.
import { isSeen, say } from "./say.js";

let back = null;

export function isHelping() {
  return Boolean(document.getElementById("main")?.classList.contains("is-helped"));
}

/** Show what this station is for, under the line that speaks of the one thing in hand; without an answer the line stands alone. */
export async function openHelp(firstLine) {
  const main = document.getElementById("main");
  const url = document.body.dataset.helpUrl;
  if (!main || !url || isHelping()) return;
  let html;
  try {
    const page = encodeURIComponent(location.pathname);
    const answer = await fetch(`${url}?page=${page}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    html = await answer.text();
  } catch {
    return;
  }
  const place = document.getElementById("station-help");
  place.innerHTML = html;
  const line = place.querySelector("[data-first-line]");
  line.textContent = firstLine;
  line.hidden = !firstLine;
  nameKeys(place);
  back = document.activeElement;
  place.hidden = false;
  main.classList.add("is-helped");
  place.querySelector("h1").focus();
  say(`Help. ${firstLine}`);
}

/** Go back to the work as it was left. */
export function closeHelp() {
  if (!isHelping()) return;
  const place = document.getElementById("station-help");
  document.getElementById("main").classList.remove("is-helped");
  place.hidden = true;
  place.replaceChildren();
  back?.focus?.();
  back = null;
}

// The key of a step stands on its button: the first words of a button are the verb of its step.
function nameKeys(place) {
  const carriers = [...document.querySelectorAll("[data-key]")];
  for (const cell of place.querySelectorAll("[data-key-of]")) {
    const found = carriers.find((each) => isSeen(each) && wordsOf(each).startsWith(cell.dataset.keyOf));
    if (!found) continue;
    const cap = document.createElement("kbd");
    cap.textContent = found.dataset.key;
    cell.replaceChildren(cap);
  }
}

function wordsOf(button) {
  const cap = button.querySelector("kbd")?.textContent ?? "";
  return button.textContent.replace(cap, "").trim();
}

// The answer to a scan is read on the page.
document.addEventListener("scan", closeHelp);
