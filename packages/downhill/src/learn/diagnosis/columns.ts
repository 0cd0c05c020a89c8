/** Absurd cells of the columns of a table. */
import type { Tensor } from "../../tensor/tensor.ts";
import { columnStatistics, divisorOf } from "../column-statistics.ts";

/** Cells of a column that are beyond anything that the others know. */
export interface Outliers {
  /** From the farthest on. */
  readonly rows: readonly number[];
  readonly value: number;
  readonly median: number;
  /** Of the other rows. */
  readonly deviation: number;
  /** Whether more than half of the cells are equal: what differs is then rare rather than absurd. */
  readonly isRare: boolean;
}

/** So many deviations of the other rows away: no tail of a column of measurements reaches that far. */
const farAway = 100;

/**
 * Whether a column may have cells without which, `most` of them at most, it would be a hundredth as wide. Let D be the
 * largest distance from the median, s the deviation and p the share of such cells: the mean square about the median is at
 * most p·D² + (D/100)², and at least s²; and the mean is no farther than s from the median. So some cell is
 * s/√(p + 1/100²) − s away from the mean.
 */
const reachesFar = (cells: Float64Array, most: number): boolean => {
  let sum = 0;
  for (const cell of cells) sum += cell;
  const mean = sum / cells.length;
  let squares = 0;
  let farthest = 0;
  for (const cell of cells) {
    const distance = Math.abs(cell - mean);
    squares += distance * distance;
    if (distance > farthest) farthest = distance;
  }
  const deviation = Math.sqrt(squares / cells.length);
  return farthest >= deviation * (1 / Math.sqrt(most / cells.length + farAway ** -2) - 1);
};

/**
 * The cells of one column, one in 200 at most, without which it would be a hundredth as wide. None where the others are all
 * equal: the cell is then merely rare.
 */
export const outliersOf = ({ data, shape }: Tensor, column: number): Outliers | undefined => {
  const rows = shape[0]!;
  const columns = data.length / rows;
  if (rows < 10) return undefined;
  const cells = new Float64Array(rows);
  for (let row = 0; row < rows; row++) cells[row] = data[row * columns + column]!;
  const most = Math.max(1, Math.floor(rows / 200));
  if (!reachesFar(cells, most)) return undefined;

  const sorted = cells.toSorted();
  const median = sorted[rows >> 1]!;
  const isRare = sorted[rows >> 2] === sorted[(3 * rows) >> 2];
  // The farthest cells are at the ends.
  let [low, high] = [0, rows - 1];
  const distances = Float64Array.from({ length: most }, () => {
    const [below, above] = [median - sorted[low]!, sorted[high]! - median];
    return below > above ? (low++, below) : (high--, above);
  });
  let squares = 0;
  for (let i = low; i <= high; i++) squares += (sorted[i]! - median) ** 2;
  let found = 0;
  let deviation = 0;
  for (let count = most; count >= 1; count--) {
    const ofOthers = Math.sqrt(squares / (rows - count));
    const nearest = distances[count - 1]!;
    if (ofOthers > 0 && nearest > farAway * ofOthers) [found, deviation] = [count, ofOthers];
    squares += nearest ** 2;
  }
  if (found === 0) return undefined;
  const distanceOf = (row: number): number => Math.abs(cells[row]! - median);
  const outlying = [...cells.keys()]
    .filter((row) => distanceOf(row) >= distances[found - 1]!)
    .sort((a, b) => distanceOf(b) - distanceOf(a))
    .slice(0, found);
  return { rows: outlying, value: cells[outlying[0]!]!, median, deviation, isRare };
};

/** Columns with mean 0 and deviation 1; constant ones only centred. */
export const standardisedColumns = (table: Tensor, like: (values: Float64Array) => Tensor): Tensor => {
  const statistics = columnStatistics(table);
  const columns = statistics.length;
  const divisors = statistics.map((column) => divisorOf(column, table.shape[0]!));
  return like(
    Float64Array.from(table.data, (value, i) => {
      const column = i % columns;
      return (value - statistics[column]!.mean) / divisors[column]!;
    }),
  );
};
