/** Least squares with an optional penalty on squares, in float64. */
import { type CentredTable, centredTable, interceptAt } from "./centred-table.ts";
import { solveByColumns } from "./least-squares-by-columns.ts";
import { solveByReflections } from "./least-squares-by-reflections.ts";
import { solveByRows } from "./least-squares-by-rows.ts";
import { momentsOf, type WeightedTable } from "./moments.ts";

export interface LinearSolution {
  /** [columns, targets], flat. */
  readonly coef: Float64Array;
  /** [targets] */
  readonly intercept: Float64Array;
}

/** Minimises Σ s·(y − xW − b)² + α Σ W². Where the minimum is not unique: the W of least norm. */
export const leastSquares = (given: WeightedTable, alpha: number): LinearSolution => {
  const [rows, columns] = given.X.shape as readonly [number, number];
  let made: CentredTable | undefined;
  const table = (): CentredTable => (made ??= centredTable(given));
  const moments = columns > rows ? undefined : momentsOf(given);
  const coef =
    (moments === undefined ? solveByRows(table(), alpha) : solveByColumns(moments, table, alpha)) ??
    solveByReflections(table(), alpha);
  return { coef, intercept: interceptAt(coef, moments ?? table()) };
};
