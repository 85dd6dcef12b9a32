// The first day's tour scans what the hand would scan, for whoever has no scanner at home.
import { send } from "./scan.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-scan-code]");
  if (button) send(button.dataset.scanCode);
});
