/** The loss around the way of a training: over the plane in which the way lies best. */
import { lossSlice, principalPlane } from "downhill/explain";
import type { Interval } from "./plane.ts";
import { thinned } from "./thin.ts";
import type { Workshop } from "./ground.ts";
import type { Training } from "./training.ts";

export interface Landscape {
  readonly x: Interval;
  readonly y: Interval;
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
  /** Where the epochs are in the plane. */
  readonly way: readonly { readonly epoch: number; readonly x: number; readonly y: number }[];
  /** Shares of the way's variance along both directions. */
  readonly shares: readonly [number, number];
}

/** Milliseconds that a landscape may take. */
const budget = 250;
const [fewest, most] = [13, 41];

const windowOf = (values: readonly number[], size: number): Interval => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const middle = (low + high) / 2;
  return [middle - size / 2, middle + size / 2];
};

/** Undefined while there is no way yet. */
export const landscapeOf = (workshop: Workshop, training: Training, epoch: number): Landscape | undefined => {
  const epochs = thinned(
    training.kept().filter((at) => at <= epoch),
    80,
  );
  if (epochs.length < 2) return undefined;
  const points = epochs.map((at) => training.pointAt(at).parameters);
  const plane = principalPlane(points, points.at(-1)!);
  const { coordinates, shares } = plane;
  const [across, up] = [coordinates.map(([x]) => x), coordinates.map(([, y]) => y)];
  const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  // Both directions to one scale, and room around the way.
  const size = 1.5 * Math.max(spread(across), spread(up));
  const [x, y] = [windowOf(across, size), windowOf(up, size)];
  const started = performance.now();
  for (let i = 0; i < 3; i++) workshop.objective(points[0]!).item();
  const each = Math.max(1e-3, (performance.now() - started) / 3);
  const columns = Math.round(Math.min(most, Math.max(fewest, Math.sqrt(budget / each))));
  const at = ([low, high]: Interval, i: number): number => low + ((high - low) * i) / (columns - 1);
  const count = columns * columns;
  const xs = Float64Array.from({ length: count }, (_, i) => at(x, i % columns));
  const ys = Float64Array.from({ length: count }, (_, i) => at(y, Math.floor(i / columns)));
  return {
    x,
    y,
    columns,
    rows: columns,
    values: lossSlice(workshop.objective, plane, xs, ys),
    way: epochs.map((own, i) => ({ epoch: own, x: across[i]!, y: up[i]! })),
    shares,
  };
};
