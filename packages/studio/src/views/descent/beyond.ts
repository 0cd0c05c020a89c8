/** Points that are no longer in the picture. */
import type { Frame, Interval } from "../../draw/frame.ts";

type Place = readonly [x: number, y: number];

/** How far a point is from the picture's edge, in values; 0 inside. */
export const distanceBeyond = ([x, y]: Place, across: Interval, along: Interval): number => {
  const outside = (value: number, [low, high]: Interval): number => Math.max(low - value, value - high, 0);
  return Math.hypot(outside(x, across), outside(y, along));
};

export interface Mark {
  /** Where on the picture's edge, in pixels, and which way from there. */
  readonly at: Place;
  readonly toward: Place;
}

/** How far marks keep from the edge. */
const inset = 12;

/** Where the way from the picture's middle to a place in pixels leaves the picture. */
export const markOf = ({ width, height }: Pick<Frame, "width" | "height">, [x, y]: Place): Mark => {
  const [middle, half] = [width / 2, height / 2] as const;
  const [dx, dy] = [x - middle, y - half];
  const share = Math.min((middle - inset) / Math.abs(dx), (half - inset) / Math.abs(dy));
  const length = Math.hypot(dx, dy);
  return { at: [middle + share * dx, half + share * dy], toward: [dx / length, dy / length] };
};
