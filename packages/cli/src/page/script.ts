/** The page's script: what is pointed at says its numbers, and what is folded is printed too. */
export const script = `
"use strict";
const tip = document.getElementById("tip");
const show = (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
  if (target === null) { tip.hidden = true; return; }
  tip.textContent = target.getAttribute("data-tip");
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const x = Math.min(event.clientX + 14, innerWidth - width - 8);
  const y = event.clientY + height + 22 > innerHeight ? event.clientY - height - 12 : event.clientY + 18;
  tip.style.transform = "translate(" + Math.max(8, x) + "px," + Math.max(8, y) + "px)";
};
addEventListener("pointermove", show, { passive: true });
addEventListener("pointerdown", show, { passive: true });
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details")) each.open = true; });
`.trim();
