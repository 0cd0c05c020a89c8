/** The rows of a table as dots: full ones are learnt from, hollow ones held out. */
import type { Colours } from "../../../draw/colours.svelte.ts";
import type { Frame, Interval } from "../../../draw/frame.ts";

const mostDots = 1500;

const everyOf = (count: number): number => Math.max(1, Math.ceil(count / mostDots));

/**
 * @param trained how many of them are learnt from; the others come after.
 * @param marked the one with a ring around it.
 */
export const paintDots = (
  context: CanvasRenderingContext2D,
  frame: Frame,
  palette: Colours,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  trained: number,
  colourOf: (point: number) => string,
  marked: number | undefined,
): void => {
  const every = everyOf(x.length);
  for (let i = 0; i < x.length; i += every) {
    const [px, py] = [frame.x(x[i]!), frame.y(y[i]!)];
    if (!Number.isFinite(px + py)) continue;
    const colour = colourOf(i);
    const isHeldOut = i >= trained;
    context.beginPath();
    context.arc(px, py, isHeldOut ? 3.2 : 3.6, 0, 2 * Math.PI);
    context.lineWidth = isHeldOut ? 1.8 : 1;
    context.fillStyle = isHeldOut ? palette.paper : colour;
    context.strokeStyle = isHeldOut ? colour : palette.paper;
    context.fill();
    context.stroke();
  }
  if (marked === undefined || marked >= x.length) return;
  context.beginPath();
  context.arc(frame.x(x[marked]!), frame.y(y[marked]!), 8, 0, 2 * Math.PI);
  context.lineWidth = 2.5;
  context.strokeStyle = palette.ink;
  context.stroke();
};

/** The dot nearest to a place, as seen in a plot of these ranges. */
export const nearestPoint = (
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  [px, py]: readonly [number, number],
  [across, up]: readonly [Interval, Interval],
): number => {
  let best = Infinity;
  let found = 0;
  for (let i = 0; i < x.length; i += everyOf(x.length)) {
    const distance = ((x[i]! - px) / (across[1] - across[0])) ** 2 + ((y[i]! - py) / (up[1] - up[0])) ** 2;
    if (distance < best) [best, found] = [distance, i];
  }
  return found;
};
