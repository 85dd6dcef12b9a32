// Keys pressed and codes scanned before a page listens are held, and given to it in their order once it does.
// A plain script at the very top: whatever it waits for, the next key does not. It also turns the page dark before it is
// drawn, where the computer is to decide that.
(() => {
  const root = document.documentElement;
  if (root.dataset.look !== "computer") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", follow);
  follow();
})();

(() => {
  const PLACE = "pestle.held";
  const FRESH_MS = 10_000;   // Keys of an older leave belong to nobody.
  const LONGEST_MS = 4000;   // A page that never listens must not keep the keyboard.
  let held = taken();
  let giving = 0;

  /** What was pressed on the page before, while this one was on its way. */
  function taken() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
      sessionStorage.removeItem(PLACE);
      return kept.filter((key) => Date.now() - key.at < FRESH_MS);
    } catch {
      return [];
    }
  }

  function hold(event) {
    if (event.isComposing || event.metaKey || isBrowsers(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { key, code, altKey, ctrlKey, shiftKey, repeat } = event;
    const worker = document.body?.dataset.worker ?? held.at(-1)?.worker ?? null;
    held.push({ key, code, altKey, ctrlKey, shiftKey, repeat, worker, at: performance.timeOrigin + event.timeStamp });
    if (isLeaving) sessionStorage.setItem(PLACE, JSON.stringify(held));
  }

  // A modifier by itself, copying, reloading, closing.
  function isBrowsers({ key, code, ctrlKey }) {
    return key.length > 1 && /^(Alt|Control|Shift|Meta|OS|AltGraph|CapsLock|Dead|F5|F11|F12)/.test(key)
      || ctrlKey && !/^(Enter|BracketRight)$/.test(code);
  }

  function begin() {
    window.addEventListener("keydown", hold, { capture: true });
    clearTimeout(giving);
    giving = setTimeout(give, LONGEST_MS);
  }

  /** Stop holding; what is held goes to whoever listens. */
  function give() {
    clearTimeout(giving);
    window.removeEventListener("keydown", hold, { capture: true });
    isLeaving = false;
    sessionStorage.removeItem(PLACE);
    const keys = held;
    held = [];
    if (keys.length) window.dispatchEvent(new CustomEvent("held", { detail: keys }));
  }

  let isLeaving = false;
  // Whatever takes this page away: a step, a link, a key. An answer that is a file leaves it standing.
  window.addEventListener("beforeunload", () => { isLeaving = true; begin(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) give(); });
  // After the deferred scripts, the modules, and what they do themselves at this moment.
  document.addEventListener("DOMContentLoaded", () => setTimeout(give, 0));
  begin();
})();
