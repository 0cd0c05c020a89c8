/** A function of two variables as contours. */
import { contours } from "d3-contour";
import type { Landscape } from "./run.ts";
import type { Interval } from "./window.ts";

/** A line of equal value: closed rings of points in the coordinates of the variables. */
export interface Contour {
  readonly value: number;
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[];
}

/** Where values spread over more than this factor, their logarithms are evenly spaced. */
const steep = 40;

const quantile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

/** A number near `value` that is easy to read: 1, 2 or 5 times a power of ten. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].reduce((best, one) =>
    Math.abs(Math.log((one * power) / value)) < Math.abs(Math.log((best * power) / value)) ? one : best,
  );
  return Number((factor * power).toPrecision(1));
}

/**
 * Heights of about `count` contours, ascending: above the lowest value at the squares of evenly spaced numbers, which makes
 * the contours of a bowl evenly spaced; in ravines, where that would crowd them on the walls, by equal factors.
 */
export function levelsOf(values: ArrayLike<number>, lowest: number, count: number): number[] {
  const heights = Float64Array.from(values, (value) => value - lowest)
    .filter((height) => height > 0 && height < Infinity)
    .sort();
  if (heights.length === 0) return [];
  const high = quantile(heights, 0.98);
  const isSteep = quantile(heights, 0.9) / quantile(heights, 0.1) > steep;
  const low = quantile(heights, 0.004);
  const chosen = isSteep
    ? Array.from({ length: count }, (_, i) => round(low * (high / low) ** (i / (count - 1))))
    : squares(high, count);
  return [...new Set(chosen)].map((height) => Number((lowest + height).toPrecision(12)));
}

const squares = (high: number, count: number): number[] => {
  const unit = round(high / count ** 2);
  const most = Math.max(3, Math.floor(Math.sqrt(high / unit)));
  return Array.from({ length: most }, (_, i) => unit * (i + 1) ** 2);
};

/** What has heights. */
type Terrain = Pick<Landscape, "values">;

/** Values on a grid of `columns` × `rows` points that fills the window, row by row from low y to high. */
function gridValues(
  { values }: Terrain,
  [x, y]: readonly [Interval, Interval],
  columns: number,
  rows: number,
): Float64Array {
  const along = ([low, high]: Interval, i: number, count: number): number =>
    low + ((high - low) * i) / (count - 1);
  const xs = Float64Array.from({ length: columns * rows }, (_, i) => along(x, i % columns, columns));
  const ys = Float64Array.from({ length: columns * rows }, (_, i) => along(y, Math.floor(i / columns), rows));
  return values([xs, ys]);
}

/**
 * The contours of a function of two variables in a window.
 *
 * @param lowest the lowest value known, Infinity if there is none: levels are counted from it, unless the window has a lower one.
 */
export function terrain(
  landscape: Terrain,
  window: readonly [Interval, Interval],
  lowest: number,
  { columns, rows, levels }: { readonly columns: number; readonly rows: number; readonly levels: number },
): Contour[] {
  const values = gridValues(landscape, window, columns, rows);
  const finite = values.filter(Number.isFinite);
  const bottom = finite.reduce((a, b) => Math.min(a, b), lowest);
  const top = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  // Where the function has no value there is a wall.
  const walled = Array.from(values, (value) => (Number.isFinite(value) ? value : top));
  const [x, y] = window;
  const place = (share: number, count: number, [low, high]: Interval): number =>
    low + ((high - low) * (share - 0.5)) / (count - 1);
  return contours()
    .size([columns, rows])
    .thresholds(levelsOf(finite, bottom, levels))(walled)
    .map(({ value, coordinates }) => ({
      value,
      rings: coordinates.flatMap((polygon) =>
        polygon.map((ring) =>
          ring.map(([column = 0, row = 0]) => [place(column, columns, x), place(row, rows, y)] as const),
        ),
      ),
    }))
    .filter(({ rings }) => rings.length > 0);
}
