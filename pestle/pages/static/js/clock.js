// The clock of the bar, and the minutes left of each promise. Nothing else moves by itself.

const NO_BREAK = "\u00a0";
const given = document.body.dataset.now;
const offsetMinutes = offsetOf(given);
// The house's clock, not this computer's.
const ahead = given ? Date.parse(given) - Date.now() : 0;

function offsetOf(stamp) {
  const found = /([+-])(\d\d):(\d\d)$/.exec(stamp ?? "");
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

/** Now, by the clock of the house. */
export function now() {
  return Date.now() + ahead;
}

function clockText(moment) {
  const local = new Date(moment + offsetMinutes * 60_000);
  const hour = local.getUTCHours();
  const minute = String(local.getUTCMinutes()).padStart(2, "0");
  if (document.body.dataset.hours === "24") return `${String(hour).padStart(2, "0")}:${minute}`;
  return `${hour % 12 || 12}:${minute}${NO_BREAK}${hour < 12 ? "am" : "pm"}`;
}

function spanText(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes}${NO_BREAK}min`;
  if (minutes < 24 * 60) {
    const rest = minutes % 60 ? ` ${minutes % 60}${NO_BREAK}min` : "";
    return `${Math.floor(minutes / 60)}${NO_BREAK}h${rest}`;
  }
  const days = Math.floor(minutes / (24 * 60));
  return `${days}${NO_BREAK}${days === 1 ? "day" : "days"}`;
}

function latenessText(left) {
  if (Math.abs(left) < 60_000) return "now";
  return left < 0 ? `late${NO_BREAK}${spanText(-left)}` : `in${NO_BREAK}${spanText(left)}`;
}

function tick() {
  const moment = now();
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = clockText(moment);
  for (const place of document.querySelectorAll("[data-promised]")) {
    const left = Date.parse(place.dataset.promised) - moment;
    const who = place.dataset.who ? `${place.dataset.who} · ` : "";
    place.textContent = who + latenessText(left);
    place.classList.toggle("say-stop", left <= -60_000);
  }
}

function count() {
  for (const place of document.querySelectorAll("[data-since]")) {
    place.textContent = `${Math.max(0, Math.floor((now() - Date.parse(place.dataset.since)) / 1000))} s`;
  }
}

if (given) {
  tick();
  setInterval(tick, 5000);
  setInterval(count, 1000);
}
