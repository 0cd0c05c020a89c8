/** Fades out, at either side, what goes on there and can be scrolled to. The look is in base.css. */
export const fading = (element: HTMLElement): (() => void) => {
  const update = (): void => {
    const { scrollLeft, scrollWidth, clientWidth, dataset } = element;
    // Places between pixels are rounded.
    const rest = scrollWidth - clientWidth - scrollLeft;
    dataset["more"] = `${scrollLeft > 1 ? "before" : ""} ${rest > 1 ? "after" : ""}`;
  };
  const observer = new ResizeObserver(update);
  observer.observe(element);
  for (const child of element.children) observer.observe(child);
  element.addEventListener("scroll", update, { passive: true });
  return () => {
    observer.disconnect();
    element.removeEventListener("scroll", update);
  };
};
