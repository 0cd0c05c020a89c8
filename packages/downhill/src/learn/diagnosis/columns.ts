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
 * The cells of one column, one in 200 at most, without which it would be a hundredth as wide. None where the others are all
 * equal: the cell is then merely rare.
 */
export const outliersOf = ({ data, shape }: Tensor, column: number): Outliers | undefined => {
  const rows = shape[0]!;
  const columns = data.length / rows;
  if (rows < 10) return undefined;
  const cells = Float64Array.from({ length: rows }, (_, row) => data[row * columns + column]!);
  const sorted = cells.toSorted();
  const median = sorted[rows >> 1]!;
  const isRare = sorted[rows >> 2] === sorted[(3 * rows) >> 2];
  const order = Array.from(cells.keys()).sort(
    (a, b) => Math.abs(cells[b]! - median) - Math.abs(cells[a]! - median),
  );
  for (let count = 1; count <= Math.max(1, Math.floor(rows / 200)); count++) {
    const others = order.slice(count).map((row) => cells[row]!);
    const deviation = Math.sqrt(others.reduce((sum, cell) => sum + (cell - median) ** 2, 0) / others.length);
    const nearest = Math.abs(cells[order[count - 1]!]! - median);
    if (deviation > 0 && nearest > farAway * deviation)
      return { rows: order.slice(0, count), value: cells[order[0]!]!, median, deviation, isRare };
  }
  return undefined;
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
