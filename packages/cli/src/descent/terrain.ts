/** A function of two variables as contours. */
import { contours } from "d3-contour";
import { levelsOf } from "downhill-palette/levels";
import type { Landscape } from "./run.ts";
import type { Interval } from "downhill-palette/window";

/** A line of equal value: closed rings of points in the coordinates of the variables. */
export interface Contour {
  readonly value: number;
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[];
}

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
    .thresholds([...levelsOf(finite, levels, bottom).heights])(walled)
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
