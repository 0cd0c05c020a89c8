/** How high the pictures of a view may be: a picture is seen whole, and on a narrow page together with what changes it. */
import { getContext, setContext } from "svelte";

const key = Symbol("roof");

/** For the pictures of a view. */
export const setRoof = (isNarrow: () => boolean): void => {
  // As the page began: on a phone the window grows and shrinks while one scrolls.
  const height = document.documentElement.clientHeight;
  const [narrow, wide] = [Math.max(180, Math.round(0.32 * height)), Math.max(360, Math.round(0.66 * height))];
  setContext(key, () => (isNarrow() ? narrow : wide));
};

/** In CSS pixels; without limit where the view does not say. */
export const roofOf = (): (() => number) => getContext<(() => number) | undefined>(key) ?? (() => Infinity);
