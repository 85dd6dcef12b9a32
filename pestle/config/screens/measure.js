// What does not fit on a page as it stands in a window; gives one sentence for each thing.
// A line of text is cut where it ends beyond a box that hides what is beyond it. What ends in an ellipsis says so, and
// its whole words are its title. One pixel is rounding.
({isLong}) => {
  const told = [];
  const page = document.documentElement, main = document.querySelector("main");
  const name = (each) => {
    const id = each.id ? `#${each.id}` : "";
    const kind = typeof each.className === "string" && each.className ? `.${each.className.trim().split(/\s+/).join(".")}` : "";
    return `${each.tagName.toLowerCase()}${id}${kind} “${(each.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 50)}”`;
  };
  const isSeen = (each) => each.checkVisibility({checkVisibilityCSS: true}) && !each.closest(".visually-hidden, .visually-hidden-focusable") && getComputedStyle(each).clipPath === "none";
  if (page.scrollWidth > innerWidth) told.push(`the page is ${page.scrollWidth - innerWidth} px too wide`);
  if (!isLong && page.scrollHeight > innerHeight) told.push(`the page is ${page.scrollHeight - innerHeight} px too high`);
  if (main) {
    if (!isLong && main.scrollHeight > main.clientHeight + 1 && getComputedStyle(main).overflowY !== "visible")
      told.push(`the work is ${main.scrollHeight - main.clientHeight} px too high`);
    if (main.scrollWidth > main.clientWidth + 1) told.push(`the work is ${main.scrollWidth - main.clientWidth} px too wide`);
  }
  if (!isLong) for (const each of document.querySelectorAll(".steady > *, .scrolls-alone")) {
    if (each.scrollHeight > each.clientHeight + 1) told.push(`a column is ${each.scrollHeight - each.clientHeight} px too high: ${name(each).slice(0, 40)}`);
  }
  const bar = document.querySelector(".key-bar");
  if (bar && isSeen(bar)) {
    const around = bar.getBoundingClientRect();
    if (!isLong && around.bottom > innerHeight + 1) told.push("the key bar hangs out of the window");
    // The step of the corner may have a row of its own; the keys beside it may not.
    const tops = new Set([...bar.querySelectorAll(".key")].filter(isSeen).map((each) => Math.round(each.getBoundingClientRect().top / 8)));
    if (innerWidth >= 1366 && tops.size > 1 && !document.querySelector(".gloves")) told.push("the keys take two rows");
    for (const each of bar.querySelectorAll(".key, .btn, .blocked")) {
      const box = each.getBoundingClientRect();
      if (box.width && (box.left < around.left - 1 || box.right > around.right + 1 || box.bottom > around.bottom + 1))
        told.push(`cut in the key bar: ${name(each)}`);
    }
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const blamed = new Set();
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const holder = text.parentElement;
    if (!text.data.trim() || !holder || holder.closest("svg, select, option, template, script, noscript, textarea") || !isSeen(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const drawn = [...range.getClientRects()].filter((each) => each.width > 1);
    if (!drawn.length) continue;
    const right = Math.max(...drawn.map((each) => each.right)), left = Math.min(...drawn.map((each) => each.left));
    const foot = Math.max(...drawn.map((each) => each.bottom));
    let scrollsDown = false;
    for (let box = holder; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box), around = box.getBoundingClientRect();
      const isPanel = box.matches(".panel, .tag, .btn, .key-bar, td, th, .subject, .choice, .refusal, .worked");
      const hides = style.overflowX !== "visible";
      const isBeside = right > around.right + 1 || left < around.left - 1;
      scrollsDown ||= style.overflowY === "auto" || style.overflowY === "scroll";
      const isBelow = !scrollsDown && foot > around.bottom + 2 && style.overflowY === "hidden";
      if (isBeside && hides && style.overflowX !== "hidden" && style.overflowX !== "clip") {
        if (!blamed.has(box)) { blamed.add(box); told.push(`scrolls sideways: ${name(box)}`); }
        break;
      }
      if ((isBeside && (hides || isPanel)) || isBelow) {
        const says = style.textOverflow === "ellipsis" && holder.closest("[title]");
        if (!says && !blamed.has(holder)) { blamed.add(holder); told.push(`cut or spilling: ${name(holder)} out of ${name(box)}`); }
        break;
      }
    }
  }
  return told;
}
