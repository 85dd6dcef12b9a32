// A unit typed with the number goes before the one beside the field, and the one beside it steps back.
const LETTER = /[a-zµμ%°$"':]/i;

function follow(field) {
  const place = field.closest(".with-unit");
  const beside = place?.querySelector(".unit");
  if (!beside || field === beside) return;
  const isTyped = LETTER.test(field.value);
  place.classList.toggle("has-own-unit", isTyped);
  if ("disabled" in beside) beside.disabled = isTyped;
}

document.addEventListener("input", (event) => follow(event.target));
for (const field of document.querySelectorAll(".with-unit > input:first-child")) follow(field);
