/** Where things are in a plot. */
import { ticks } from "d3-array";

export type Interval = readonly [low: number, high: number];

/** From values to pixels, and back. */
export interface Scale {
  (value: number): number;
  readonly invert: (pixel: number) => number;
  /** About so many values that are easy to read. */
  readonly ticks: (count: number) => readonly number[];
}

/** d3-scale does more than plots need here, and weighs fifteen times as much. */
export const linearScale = ([low, high]: Interval, [from, to]: Interval): Scale =>
  Object.assign((value: number) => from + ((value - low) / (high - low)) * (to - from), {
    invert: (pixel: number) => low + ((pixel - from) / (to - from)) * (high - low),
    ticks: (count: number) => ticks(low, high, count),
  });

/** Equal ways are equal factors; of positive values. Its ticks are powers of ten, or fewer. */
export const logScale = ([low, high]: Interval, range: Interval): Scale => {
  const inner = linearScale([Math.log10(low), Math.log10(high)], range);
  const powers = (): number[] => {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`));
  };
  return Object.assign((value: number) => inner(Math.log10(value)), {
    invert: (pixel: number) => 10 ** inner.invert(pixel),
    ticks: (count: number) => {
      const all = powers();
      const every = Math.ceil(all.length / Math.max(1, count));
      return all.length < 2 ? ticks(low, high, Math.min(count, 4)) : all.filter((_, i) => i % every === 0);
    },
  });
};

/** The inside of a plot: scales from values to pixels, whose origin is the upper left corner of the inside. */
export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
}
