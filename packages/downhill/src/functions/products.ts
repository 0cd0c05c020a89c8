/** Products of vectors and matrices. */
import * as p from "../primitives/index.ts";
import { promote } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { allAxes, broadcastShapes, formatShape, type Shape } from "../tensor/shape.ts";
import type { Operand } from "../tensor/tensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./elementwise.ts";
import { asTensor, numeric } from "./operands.ts";

const oneDType = (a: Operand, b: Operand): [Tensor, Tensor] => {
  const [left, right] = [asTensor(a), asTensor(b)];
  const dtype = numeric(promote(left.dtype, right.dtype));
  return [p.convert(left, dtype), p.convert(right, dtype)];
};

const mismatch = (operation: string, a: Shape, b: Shape): ShapeError => {
  const inner = a.at(-1)!;
  const rows = b.at(-2) ?? b[0]!;
  const flipped = [...b.slice(0, -2), b.at(-1)!, rows];
  const hint =
    b.length > 1 && b.at(-1) === inner
      ? `; did you mean the transpose, with shape ${formatShape(flipped)}?`
      : `; the right one must have ${inner}`;
  return new ShapeError(
    operation,
    `inner dimensions differ: ${formatShape(a)} · ${formatShape(b)}\n` +
      `  the left operand has ${inner} columns, the right one ${rows} rows${hint}`,
    [a, b],
  );
};

/**
 * The matrix product with NumPy's rules: vectors are rows on the left and columns on the right, leading axes are
 * batches and broadcast.
 *
 * @throws ShapeError if the inner lengths differ.
 */
export const matmul = (a: Operand, b: Operand): Tensor => {
  const [left, right] = oneDType(a, b);
  if (left.rank === 0 || right.rank === 0)
    throw new ShapeError("matmul", "takes no scalars; use mul", [left.shape, right.shape]);
  const leftInner = left.rank - 1;
  const rightInner = Math.max(0, right.rank - 2);
  if (left.shape[leftInner] !== right.shape[rightInner]) throw mismatch("matmul", left.shape, right.shape);
  // A matrix without batch on the right: all leading axes of the left are rows.
  if (right.rank <= 2)
    return p.dot(left, right, {
      leftContract: [leftInner],
      rightContract: [0],
      leftBatch: [],
      rightBatch: [],
    });
  const leftBatch = left.shape.slice(0, -2);
  const batch = broadcastShapes("matmul", [leftBatch, right.shape.slice(0, -2)]);
  const ownLeft = left.rank === 1 ? left.shape : left.shape.slice(-2);
  const spreadLeft = left.rank === 1 ? left : p.broadcastTo(left, [...batch, ...ownLeft]);
  const spreadRight = p.broadcastTo(right, [...batch, ...right.shape.slice(-2)]);
  if (left.rank === 1) {
    // A row vector meets every matrix of the batch: the vector's product is a free result of the right.
    const product = p.dot(spreadLeft, spreadRight, {
      leftContract: [0],
      rightContract: [batch.length],
      leftBatch: [],
      rightBatch: [],
    });
    return product;
  }
  return p.dot(spreadLeft, spreadRight, {
    leftContract: [batch.length + 1],
    rightContract: [batch.length],
    leftBatch: allAxes(batch.length),
    rightBatch: allAxes(batch.length),
  });
};

/** NumPy's dot: last axis of a with the second-last of b; of vectors the inner product, of scalars the product. */
export const dot = (a: Operand, b: Operand): Tensor => {
  const [left, right] = oneDType(a, b);
  if (left.rank === 0 || right.rank === 0) return mul(left, right);
  const leftInner = left.rank - 1;
  const rightInner = Math.max(0, right.rank - 2);
  if (left.shape[leftInner] !== right.shape[rightInner]) throw mismatch("dot", left.shape, right.shape);
  return p.dot(left, right, {
    leftContract: [leftInner],
    rightContract: [rightInner],
    leftBatch: [],
    rightBatch: [],
  });
};

/** The outer product of two vectors (flattened if they are not): [n] and [m] give [n, m]. */
export const outer = (a: Operand, b: Operand): Tensor => {
  const [left, right] = oneDType(a, b);
  return mul(p.reshape(left, [left.size, 1]), p.reshape(right, [1, right.size]));
};
