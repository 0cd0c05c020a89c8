/** Linear algebra, with NumPy's names. Leading axes are batches, and broadcast; integers become float32. */
import * as p from "../primitives/index.ts";
import { cholesky as bindCholesky } from "../primitives/linear-algebra/cholesky.ts";
import { eigenvectors, valuesOfRows } from "../primitives/linear-algebra/eigenvectors.ts";
import { product, requireSquare, transposed, triangle } from "../primitives/linear-algebra/matrices.ts";
import { orthonormal } from "../primitives/linear-algebra/orthonormal.ts";
import { solve as bindSolve } from "../primitives/linear-algebra/solve.ts";
import { solveTriangular as bindSolveTriangular } from "../primitives/linear-algebra/triangular.ts";
import { promote, toFloating } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { broadcastShapes, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add, mul } from "./elementwise.ts";
import { eye } from "./create.ts";
import { floating } from "./operands.ts";

const matrix = (operation: string, x: Tensor): Tensor => {
  if (x.rank < 2)
    throw new ShapeError(operation, `takes a matrix, not shape ${formatShape(x.shape)}`, [x.shape]);
  return floating(x);
};

const square = (operation: string, x: Tensor): Tensor => {
  const value = matrix(operation, x);
  requireSquare(operation, value);
  return value;
};

const symmetric = (operation: string, x: Tensor): Tensor => {
  const value = square(operation, x);
  return mul(add(value, transposed(value)), 0.5);
};

/** Applies `solver` to matrices and right sides of one batch; a right side that is a vector stands for one column. */
const withRightSide = (
  operation: string,
  a: Tensor,
  b: Tensor,
  solver: (a: Tensor, b: Tensor) => Tensor,
): Tensor => {
  if (b.rank === 0)
    throw new ShapeError(operation, "the right side is a scalar; write a vector or a matrix", [b.shape]);
  const dtype = toFloating(promote(a.dtype, b.dtype));
  const isVector = b.rank === 1;
  const right = p.convert(isVector ? p.reshape(b, [b.size, 1]) : b, dtype);
  const batch = broadcastShapes(operation, [a.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const left = p.broadcastTo(p.convert(a, dtype), [...batch, ...a.shape.slice(-2)]);
  if (right.shape.at(-2) !== a.shape.at(-2))
    throw new ShapeError(
      operation,
      `${formatShape(a.shape)} has ${a.shape.at(-2)!} rows, the right side ${formatShape(b.shape)} has ${right.shape.at(-2)!}`,
      [a.shape, b.shape],
    );
  const x = solver(left, p.broadcastTo(right, [...batch, ...right.shape.slice(-2)]));
  return isVector ? p.reshape(x, x.shape.slice(0, -1)) : x;
};

/**
 * The lower triangular L with L·Lᵀ = A for symmetric positive definite A [..., n, n]; of A the symmetric part counts, and
 * so slopes are symmetric. NaN where A is not positive definite.
 */
export const cholesky = (a: Tensor): Tensor => bindCholesky(symmetric("cholesky", a));

export interface TriangularOptions {
  /** Whether the triangle below the diagonal counts, the other one not being read; true if left out. */
  readonly lower?: boolean;
}

/** X with T·X = B for triangular T [..., n, n] and B [n] or [..., n, k]. @throws ShapeError */
export const solveTriangular = (t: Tensor, b: Tensor, { lower = true }: TriangularOptions = {}): Tensor =>
  withRightSide("solveTriangular", square("solveTriangular", t), b, (left, right) =>
    bindSolveTriangular(left, right, lower),
  );

/**
 * X with A·X = B for A [..., n, n] and B [n] or [..., n, k], by elimination with row pivots. Infinite or NaN where A is
 * singular. @throws ShapeError
 */
export const solve = (a: Tensor, b: Tensor): Tensor =>
  withRightSide("solve", square("solve", a), b, bindSolve);

/** The inverse of A [..., n, n]; `solve` is faster and more accurate where it is multiplied by something. */
export const inv = (a: Tensor): Tensor => {
  const value = square("inv", a);
  return solve(value, eye(value.shape.at(-1)!, value.shape.at(-1), { dtype: value.dtype }));
};

/**
 * Q with orthonormal columns [..., m, n] and the upper triangular R of positive diagonal [..., n, n] with Q·R = A, for A
 * [..., m, n] of independent columns, m ≥ n. @throws ShapeError if there are more columns than rows.
 */
export const qr = (a: Tensor): { q: Tensor; r: Tensor } => {
  const value = matrix("qr", a);
  if (value.shape.at(-1)! > value.shape.at(-2)!)
    throw new ShapeError("qr", `${formatShape(a.shape)} has more columns than rows`, [a.shape]);
  const rows = orthonormal(transposed(value));
  return { q: transposed(rows), r: triangle(product(rows, value), false) };
};

/**
 * The x that makes |A·x − b| least, for A [..., m, n] of full rank and b [m] or [..., m, k]: with more columns than rows
 * the shortest of those with A·x = b. For dependent columns there is no derivative; a ridge makes them independent.
 */
export const lstsq = (a: Tensor, b: Tensor): Tensor =>
  withRightSide("lstsq", matrix("lstsq", a), b, (left, right) => {
    if (left.shape.at(-2)! >= left.shape.at(-1)!) {
      const { q, r } = qr(left);
      return bindSolveTriangular(r, product(transposed(q), right), false);
    }
    const rows = orthonormal(left);
    const lower = triangle(product(left, transposed(rows)), true);
    return product(transposed(rows), bindSolveTriangular(lower, right, true));
  });

/**
 * Eigenvalues of symmetric A [..., n, n] from small to large [..., n], and orthonormal eigenvectors as columns [..., n, n],
 * of either sign; of A the symmetric part counts. Where eigenvalues are equal, slopes of eigenvectors leave out how these
 * turn among each other.
 */
export const eigh = (a: Tensor): { eigenvalues: Tensor; eigenvectors: Tensor } => {
  const value = symmetric("eigh", a);
  const rows = eigenvectors(value);
  const values = valuesOfRows(rows, value);
  const order = p.argsort(values);
  const axis = value.rank - 2;
  return {
    eigenvalues: p.gather(values, order, axis, axis),
    eigenvectors: transposed(p.gather(rows, order, axis, axis)),
  };
};
