// Three sounds: match is one short high tone, asks is two equal middle tones, stop is two low falling tones.

const TONES = {
  match: [{ from: 1568, to: 1568, at: 0, length: 0.09 }],
  ask: [{ from: 660, to: 660, at: 0, length: 0.13 }, { from: 660, to: 660, at: 0.19, length: 0.13 }],
  stop: [{ from: 330, to: 262, at: 0, length: 0.24 }, { from: 247, to: 185, at: 0.3, length: 0.34 }],
};
const LOUDNESS = { off: 0, soft: 0.08, normal: 0.22, loud: 0.6 };

let context;

/** Volume is a matter of the bench, not of the person: off, soft, normal or loud. */
export function volume() {
  const kept = localStorage.getItem(volumeKey());
  return kept in LOUDNESS ? kept : "normal";
}

export function setVolume(name) {
  if (name in LOUDNESS) localStorage.setItem(volumeKey(), name);
}

/** Play one of the three sounds; says nothing where the browser has no sound or the bench is set to off. */
export function play(name) {
  const loudness = LOUDNESS[volume()];
  if (!loudness || !(name in TONES) || !window.AudioContext) return;
  context ??= new AudioContext();
  // A browser keeps sound asleep until the first key; a scan is one.
  context.resume();
  for (const tone of TONES[name]) ring(tone, loudness);
  document.dispatchEvent(new CustomEvent("sounded", { detail: name }));
}

function ring(tone, loudness) {
  const start = context.currentTime + tone.at;
  const end = start + tone.length;
  const voice = context.createOscillator();
  const gain = context.createGain();
  voice.type = "triangle";
  voice.frequency.setValueAtTime(tone.from, start);
  voice.frequency.exponentialRampToValueAtTime(tone.to, end);
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + 0.01);
  gain.gain.setValueAtTime(loudness, end - 0.02);
  gain.gain.linearRampToValueAtTime(0, end);
  voice.connect(gain).connect(context.destination);
  voice.start(start);
  voice.stop(end);
}

function volumeKey() {
  return `pestle.volume.${document.body.dataset.bench ?? ""}`;
}

function dressVolumeChoices() {
  for (const select of document.querySelectorAll("select[data-volume]")) select.value = volume();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("select[data-volume]")) return;
  setVolume(event.target.value);
  play("match");
});
dressVolumeChoices();
