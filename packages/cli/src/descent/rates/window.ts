/** Which part of range tests a picture shows. */
import type { RateSearch } from "../run.ts";
import type { Interval } from "downhill-palette/window";

/** Losses above the start are shown to this share of the way down. */
const above = 0.35;

/** The rates that were tried, and the losses from the lowest to a little above the start: beyond, they run away. */
export function rateWindow(searches: readonly RateSearch[]): { readonly x: Interval; readonly y: Interval } {
  const rates = searches.flatMap(({ points }) => points.map(({ rate }) => rate));
  const start = searches[0]!.start;
  const lowest = Math.min(...searches.map(({ bottom }) => bottom.smoothed));
  const fall = start - lowest;
  return {
    x: [Math.min(...rates), Math.max(...rates)],
    y: [lowest - 0.08 * fall, start + above * fall],
  };
}
