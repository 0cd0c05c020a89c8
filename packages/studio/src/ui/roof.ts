/** How high the pictures of a view may be where they share a narrow page with what changes them. */
import { getContext, setContext } from "svelte";

const key = Symbol("roof");

/** For the pictures of a view. */
export const setRoof = (isNarrow: () => boolean): void => {
  // As the page began: on a phone the window grows and shrinks while one scrolls.
  const most = Math.max(180, Math.round(document.documentElement.clientHeight * 0.32));
  setContext(key, () => (isNarrow() ? most : Infinity));
};

/** In CSS pixels; without limit where the view does not say. */
export const roofOf = (): (() => number) => getContext<(() => number) | undefined>(key) ?? (() => Infinity);
