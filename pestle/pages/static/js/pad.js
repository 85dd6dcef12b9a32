// A pad to sign on: strokes as whole numbers in the pad's own units, kept in a hidden field of the form.
const SVG = "http://www.w3.org/2000/svg";
const STEP = 3;          // Units a pen moves before a point is kept.
const MOST_POINTS = 3000;

for (const pad of document.querySelectorAll("[data-pad]")) listen(pad);

function listen(pad) {
  const field = document.getElementById(pad.dataset.pad);
  let strokes = read(field);
  let stroke = null;
  let path = null;

  pad.addEventListener("pointerdown", (event) => {
    if (strokes.flat().length >= MOST_POINTS) return;
    pad.setPointerCapture(event.pointerId);
    stroke = [place(pad, event)];
    path = pad.appendChild(document.createElementNS(SVG, "path"));
    draw(path, stroke);
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [x, y] = place(pad, event);
    const [lastX, lastY] = stroke.at(-1);
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < STEP) return;
    stroke.push([x, y]);
    draw(path, stroke);
  });
  const lift = () => {
    if (!stroke) return;
    strokes.push(stroke);
    stroke = null;
    keep(field, strokes);
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  document.querySelector(`[data-pad-clear="${pad.dataset.pad}"]`)?.addEventListener("click", () => {
    strokes = [];
    for (const each of pad.querySelectorAll("path")) each.remove();
    keep(field, strokes);
  });
}

function read(field) {
  try {
    const kept = JSON.parse(field.value || "[]");
    return kept.filter(Array.isArray);
  } catch {
    return [];
  }
}

function place(pad, event) {
  const box = pad.getBoundingClientRect();
  const { width, height } = pad.viewBox.baseVal;
  // The drawing keeps its proportions inside the box, so what is left over is beside it.
  const scale = Math.min(box.width / width, box.height / height);
  const x = (event.clientX - box.left - (box.width - width * scale) / 2) / scale;
  const y = (event.clientY - box.top - (box.height - height * scale) / 2) / scale;
  return [clamp(x, width), clamp(y, height)];
}

function clamp(value, most) {
  return Math.max(0, Math.min(most, Math.round(value)));
}

function draw(path, stroke) {
  path.setAttribute("d", `M${stroke.map(([x, y]) => `${x} ${y}`).join(" L")}`);
}

function keep(field, strokes) {
  field.value = strokes.length ? JSON.stringify(strokes) : "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
