/** Diagonals and triangles of matrices, with NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, normalizeAxis, requireWhole } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { add, greaterEqual, where } from "./elementwise.ts";
import { asTensor } from "./operands.ts";
import { sum } from "./reductions.ts";

export interface DiagonalOptions {
  /** How far to the right of the main diagonal (negative: below it); 0 if left out. */
  readonly offset?: number;
  /** The axis of rows; 0 if left out. */
  readonly axis1?: number;
  /** The axis of columns; 1 if left out. */
  readonly axis2?: number;
}

/** The elements at (i, i + offset) of two axes, which make way for a new last one. A view: nothing is copied. */
export const diagonal = (x: Operand, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions = {}): Tensor => {
  const value = asTensor(x);
  if (value.rank < 2)
    throw new ShapeError("diagonal", `needs a matrix, not shape ${formatShape(value.shape)}`, [value.shape]);
  const rowAxis = normalizeAxis("diagonal", axis1, value.rank);
  const columnAxis = normalizeAxis("diagonal", axis2, value.rank);
  requireWhole("diagonal", "offset", offset);
  if (rowAxis === columnAxis) throw new ArgumentError("diagonal", `axis ${rowAxis} is both of the axes`);
  const others = allAxes(value.rank).filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const [rows, columns] = [value.shape[rowAxis]!, value.shape[columnAxis]!];
  const lead = others.map((axis) => value.shape[axis]!);
  const flat = p.reshape(p.transpose(value, [...others, rowAxis, columnAxis]), [...lead, rows * columns]);
  // One place to the right and one down are columns + 1 places on.
  const count = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const start = count === 0 ? 0 : offset >= 0 ? offset : -offset * columns;
  const stop = count === 0 ? 0 : start + (count - 1) * (columns + 1) + 1;
  const none = lead.map(() => 0);
  return p.slice(flat, [...none, start], [...lead, stop], [...lead.map(() => 1), columns + 1]);
};

/** The matrix with the vector on its diagonal k and 0 elsewhere. */
const matrixOf = (vector: Tensor, k: number): Tensor => {
  const count = vector.size;
  const length = count + Math.abs(k);
  const start = k >= 0 ? k : -k * length;
  const after = length * length - (count === 0 ? start : start + (count - 1) * (length + 1) + 1);
  return p.reshape(p.pad(vector, [start], [after], [length]), [length, length]);
};

/** Of a vector the matrix with it on diagonal k (k to the right of the main one), of a matrix its diagonal k. */
export const diag = (x: Operand, k = 0): Tensor => {
  const value = asTensor(x);
  requireWhole("diag", "diagonal", k);
  if (value.rank === 1) return matrixOf(value, k);
  if (value.rank === 2) return diagonal(value, { offset: k });
  throw new ShapeError(
    "diag",
    `needs a vector or a matrix, not shape ${formatShape(value.shape)}; diagonal takes any rank`,
    [value.shape],
  );
};

/** The sum of a diagonal. */
export const trace = (x: Operand, options?: DiagonalOptions): Tensor => sum(diagonal(x, options), -1);

const triangle =
  (operation: string, keeps: (row: Tensor, column: Tensor, k: number) => Tensor) =>
  (x: Operand, k = 0): Tensor => {
    const value = asTensor(x);
    if (value.rank < 2)
      throw new ShapeError(operation, `needs a matrix, not shape ${formatShape(value.shape)}`, [value.shape]);
    const shape = value.shape.slice(-2);
    const kept = keeps(p.iota(shape, 0, "int32"), p.iota(shape, 1, "int32"), k);
    return where(kept, value, 0);
  };

/** The lower triangle of matrices: what lies above diagonal k is 0. */
export const tril = triangle("tril", (row, column, k) => greaterEqual(add(row, k), column));
/** The upper triangle of matrices: what lies below diagonal k is 0. */
export const triu = triangle("triu", (row, column, k) => greaterEqual(column, add(row, k)));
