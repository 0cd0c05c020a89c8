/** Where things are in a plot. */
import type { ScaleLinear, ScaleLogarithmic } from "d3-scale";

export type Interval = readonly [low: number, high: number];
export type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

/** The inside of a plot: scales from values to pixels, whose origin is the upper left corner of the inside. */
export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
}
