import type { Rows } from "./prepared.ts";

/** At most so many rows, spread evenly over those that there are. */
export function thinned(rows: Rows, most: number): Rows {
  if (rows.rows <= most) return rows;
  const width = rows.columns.length;
  const y = rows.y.slice(0, most);
  const x = new Float64Array(most * width);
  for (let i = 0; i < most; i++) {
    const row = Math.floor((i * rows.rows) / most);
    x.set(rows.x.subarray(row * width, (row + 1) * width), i * width);
    y[i] = rows.y[row] ?? NaN;
  }
  return { ...rows, rows: most, x, y };
}
