// A bench that nobody touches locks itself; typed work is kept and comes back with the person.
import { keepAll } from "./drafts.js";

const LAST_TOUCH = "pestle.touched";
const LOOK_EVERY_MS = 5000;
const WRITE_EVERY_MS = 2000;
const LONGEST_WAIT_MS = 1500;
const TELL_EVERY_MS = 60_000;
const minutes = Number(document.body.dataset.idleMinutes || 0);
let written = 0;
let told = Date.now();
let isLocking = false;

if (minutes > 0) {
  touch();
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    window.addEventListener(kind, touch, { passive: true, capture: true });
  }
  setInterval(look, LOOK_EVERY_MS);
  // A lid that was closed for an hour opens on the lock, not on a patient.
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
}

// All windows of one bench share one last touch.
function touch() {
  const now = Date.now();
  if (now - written < WRITE_EVERY_MS) return;
  if (written && now - lastTouch() >= minutes * 60_000) return look();
  written = now;
  localStorage.setItem(LAST_TOUCH, String(now));
  tell(now);
}

// The program locks a bench it has not heard of; long typing that sends nothing must not look like nobody.
function tell(now) {
  const url = document.body.dataset.hereUrl;
  if (!url || now - told < TELL_EVERY_MS) return;
  told = now;
  fetch(url, { headers: { "HX-Request": "true" } }).catch(() => {});
}

function lastTouch() {
  return Number(localStorage.getItem(LAST_TOUCH) || 0);
}

function look() {
  if (!isLocking && Date.now() - lastTouch() >= minutes * 60_000) lock();
}

/** Lock this bench: keep what is typed, then post to the lock. */
export function lock() {
  const form = document.querySelector("form[data-lock]");
  if (!form || isLocking) return;
  isLocking = true;
  const next = document.createElement("input");
  next.type = "hidden";
  next.name = "next";
  next.value = location.pathname + location.search;
  form.append(next);
  // A server that is slow to keep a draft must not hold the lock open.
  const patience = new Promise((done) => { setTimeout(done, LONGEST_WAIT_MS); });
  Promise.race([keepAll({ leaving: true }), patience]).then(() => form.submit());
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-lock]")) return;
  event.preventDefault();
  lock();
});
