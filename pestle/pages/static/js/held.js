// Does with a key that was held what the browser would have done with it at once.
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=file]):not([type=submit]):not([type=button]), textarea";

// The browser itself gives the first field the focus with its first picture of the page. A busy machine draws that late,
// and what is typed before it would go nowhere.
if (document.activeElement === document.body) document.querySelector("[autofocus]:not([disabled])")?.focus({ preventScroll: true });

window.addEventListener("held", (event) => {
  const worker = document.body.dataset.worker ?? "";
  // Whoever has the bench now is not given another's keys.
  for (const key of event.detail) if (key.worker === null || key.worker === worker) replay(key);
});

function replay({ at, worker, ...key }) {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true });
  // A scan is told from typing by its times.
  Object.defineProperty(event, "timeStamp", { value: at - performance.timeOrigin });
  if (target.dispatchEvent(event)) follow(target, key);
}

function follow(target, { key, altKey, ctrlKey, shiftKey }) {
  if (altKey || ctrlKey) return;
  if (key === "Tab") return tab(target, shiftKey ? -1 : 1);
  if (target.matches(TYPED)) {
    if (key.length === 1) document.execCommand("insertText", false, key);
    if (key === "Backspace") document.execCommand("delete");
    if (key === "Enter" && !target.matches("textarea")) target.form?.requestSubmit();
  } else if (isPressedBy(target, key)) target.click();
}

function isPressedBy(target, key) {
  if (key === " ") return target.matches("button, summary, input[type=checkbox], input[type=radio]");
  return key === "Enter" && target.matches("a[href], button, summary");
}

function tab(target, by) {
  const all = [...document.querySelectorAll(FOCUSABLE)].filter((each) => each.tabIndex >= 0 && !each.disabled && each.getClientRects().length);
  const next = all[all.indexOf(target) + by];
  next?.focus();
  if (next?.matches(TYPED)) next.select?.();
}
