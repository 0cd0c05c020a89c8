/** KaTeX, loaded when the first formula is set. */
const loading = Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(
  ([{ default: katex }]) => katex,
);

/** The latest formula of each place. */
const wanted = new WeakMap<HTMLElement, string>();

export const setFormula = async (place: HTMLElement, latex: string, display: boolean): Promise<void> => {
  wanted.set(place, latex);
  const katex = await loading;
  if (wanted.get(place) !== latex) return;
  // Into the page's own nodes: markup with styles in it would be against the policy of the page.
  katex.render(latex, place, { displayMode: display, throwOnError: false, strict: "ignore" });
};
