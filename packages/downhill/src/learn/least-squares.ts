/** Least squares with an optional penalty on squares, in float64. */
import { type CentredTable, interceptAt } from "./centred-table.ts";
import { solveByColumns } from "./least-squares-by-columns.ts";
import { solveByReflections } from "./least-squares-by-reflections.ts";
import { solveByRows } from "./least-squares-by-rows.ts";

export interface LinearSolution {
  /** [columns, targets], flat. */
  readonly coef: Float64Array;
  /** [targets] */
  readonly intercept: Float64Array;
}

/** Minimises Σ s·(y − xW − b)² + α Σ W². Where the minimum is not unique: the W of least norm. */
export const leastSquares = (table: CentredTable, alpha: number): LinearSolution => {
  const [rows, columns] = table.B.shape as readonly [number, number];
  const solve = columns > rows ? solveByRows : solveByColumns;
  const coef = solve(table, alpha) ?? solveByReflections(table, alpha);
  return { coef, intercept: interceptAt(coef, table) };
};
