/** Where a function exists, seen on a grid of its values. */
import type { Terrain } from "../../draw/contours.ts";

/** So many grid lines all around are to be free of gaps: at an edge the first step would lead out again. */
const roomOf = (lines: number): number => (lines === 1 ? 0 : Math.max(4, Math.ceil(0.04 * lines)));

/** The place on the grid next to a point around which the function has values; undefined if there is none. */
export const nearestExisting = (
  { x, y, columns, rows, values }: Terrain,
  [px, py]: readonly [number, number],
): readonly [number, number] | undefined => {
  const at = ([low, high]: readonly [number, number], i: number, count: number): number =>
    count === 1 ? low : low + ((high - low) * i) / (count - 1);
  const [room, up] = [roomOf(columns), roomOf(rows)];
  const isWhole = (column: number, row: number): boolean => {
    for (let r = row - up; r <= row + up; r++)
      for (let c = column - room; c <= column + room; c++)
        if (!Number.isFinite(values[r * columns + c])) return false;
    return true;
  };
  let best: readonly [number, number] | undefined;
  let least = Infinity;
  for (let row = up; row < rows - up; row++)
    for (let column = room; column < columns - room; column++) {
      const place = [at(x, column, columns), at(y, row, rows)] as const;
      const distance = Math.hypot(place[0] - px, rows === 1 ? 0 : place[1] - py);
      if (distance >= least || !isWhole(column, row)) continue;
      [best, least] = [place, distance];
    }
  return best;
};
