/** Places on the drawing. */
import type { Descent } from "downhill/explain";
import type { Point } from "../run.ts";
import { plot } from "./plot.ts";

/** In pixels from the top left. */
export type Place = readonly [x: number, y: number];

export const distance = ([x, y]: Place, [otherX, otherY]: Place): number =>
  Math.hypot(x - otherX, y - otherY);

/** Whether a place lies on the plot, at least `inset` from its edges. */
export const isInside = ([x, y]: Place, inset = 0): boolean =>
  x >= plot.left + inset && x <= plot.right - inset && y >= plot.top + inset && y <= plot.bottom - inset;

/** Far outside, numbers would be too large for a drawing. */
const limit = 1e5;

/**
 * The way of a descent over the drawing: until it has left it, to the first point beyond the edge that it does not come
 * back from at once.
 */
export function wayOf(
  { path }: Descent<Point>,
  toPlace: (step: Descent<Point>["path"][number]) => Place,
): Place[] {
  const places: Place[] = [];
  for (const step of path) {
    const place = toPlace(step);
    if (!place.every(Number.isFinite)) break;
    const clamped: Place = [
      Math.min(Math.max(place[0], -limit), limit),
      Math.min(Math.max(place[1], -limit), limit),
    ];
    places.push(clamped);
    if (places.length >= 2 && !places.slice(-2).some((one) => isInside(one))) {
      places.pop();
      break;
    }
  }
  return places;
}

/** Places that are at least `least` away from the one before. */
export function spaced(places: readonly Place[], least: number): Place[] {
  const kept: Place[] = [];
  for (const place of places)
    if (kept.length === 0 || distance(place, kept.at(-1)!) >= least) kept.push(place);
  return kept;
}

/** Where the way crosses the edge of the drawing for good, and in which direction (degrees); undefined if it ends inside. */
export function exitOf(way: readonly Place[]): { readonly place: Place; readonly angle: number } | undefined {
  const [from, to] = way.slice(-2);
  if (from === undefined || to === undefined || isInside(to) || !isInside(from)) return undefined;
  const shares = [
    [(plot.left - from[0]) / (to[0] - from[0])],
    [(plot.right - from[0]) / (to[0] - from[0])],
    [(plot.top - from[1]) / (to[1] - from[1])],
    [(plot.bottom - from[1]) / (to[1] - from[1])],
  ].flatMap(([share = NaN]) => (share > 0 && share <= 1 ? [share] : []));
  const share = Math.min(...shares);
  const place: Place = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  return { place, angle: (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI };
}
