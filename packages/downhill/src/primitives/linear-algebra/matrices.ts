/** What operations on matrices share: leading axes are batches, of one matrix after another. */
import type {
  Accumulator,
  BufferUse,
  Index,
  LoopIndex,
  Scalar,
  ScalarType,
  Statement,
} from "../../program/loop.ts";
import * as s from "../../program/scalar.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { allAxes, formatShape, type Shape, sizeOf } from "../../tensor/shape.ts";
import { literal, type Tensor, type TensorType } from "../../tensor/tensor.ts";
import { add } from "../arithmetic.ts";
import { dot } from "../dot.ts";
import { iota } from "../generators.ts";
import { ge, gt, select } from "../logic.ts";
import { broadcast, broadcastTo, transpose } from "../movement.ts";

/** Rows and columns of the matrices, and how many matrices there are. */
export const sizesOf = (shape: Shape): { batch: number; rows: number; columns: number } => ({
  batch: sizeOf(shape.slice(0, -2)),
  rows: shape.at(-2)!,
  columns: shape.at(-1)!,
});

/** Refuses what is no matrix, or no square one. @throws ShapeError */
export const requireSquare = (operation: string, { shape }: TensorType): void => {
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2))
    throw new ShapeError(operation, `takes square matrices, not shape ${formatShape(shape)}`, [shape]);
};

/** Refuses right sides that do not go with the matrices. @throws ShapeError */
export const requireRightSide = (operation: string, a: TensorType, b: TensorType): void => {
  if (
    b.shape.length !== a.shape.length ||
    a.dtype !== b.dtype ||
    b.shape.some((length, axis) => axis < b.shape.length - 1 && length !== a.shape[axis])
  )
    throw new ShapeError(
      operation,
      `matrices of shape ${formatShape(a.shape)} with right sides of shape ${formatShape(b.shape)}; ` +
        "all lengths but the last must agree, and the dtypes",
      [a.shape, b.shape],
    );
};

/** Rows and columns exchanged. */
export const transposed = (x: Tensor): Tensor => {
  const axes = allAxes(x.rank);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

/** Products of matrices with the same batches. */
export const product = (a: Tensor, b: Tensor): Tensor => {
  const batch = allAxes(a.rank - 2);
  return dot(a, b, {
    leftContract: [a.rank - 1],
    rightContract: [a.rank - 2],
    leftBatch: batch,
    rightBatch: batch,
  });
};

const masked = (x: Tensor, compare: (a: Tensor, b: Tensor) => Tensor, isLower: boolean): Tensor => {
  const shape = x.shape.slice(-2);
  const [row, column] = [iota(shape, 0, "int32"), iota(shape, 1, "int32")];
  const kept = isLower ? compare(row, column) : compare(column, row);
  return select(broadcast(kept, x.shape, [x.rank - 2, x.rank - 1]), x, literal(0, x.dtype));
};

/** The triangle of matrices, with the diagonal. */
export const triangle = (x: Tensor, isLower: boolean): Tensor => masked(x, ge, isLower);
/** The triangle of matrices, without the diagonal. */
export const strictTriangle = (x: Tensor, isLower: boolean): Tensor => masked(x, gt, isLower);

/** The symmetric matrix whose lower triangle is that of x. */
export const mirrored = (x: Tensor): Tensor => add(triangle(x, true), transposed(strictTriangle(x, true)));

/** Operands of a batch: those without a batch axis are spread along it. */
export const spreadBatch = (
  operands: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): Tensor[] =>
  operands.map((operand, i) => (batched[i] ? operand : broadcastTo(operand, [size, ...operand.shape])));

/** A row or column: a loop's index, that index counted from the end, or one known only when it runs. */
export type Place = LoopIndex | { readonly fromEnd: LoopIndex } | { readonly dynamic: Scalar };

/** How loop code reads and writes elements of matrices. */
export interface Elements {
  read(row: Place, column: Place): Scalar;
  write(row: Place, column: Place, value: Scalar): Statement;
}

/** The elements of a buffer of matrices in loop code, within a loop over the batch. */
export const elements = (buffer: BufferUse, rows: number, columns: number, batch?: LoopIndex): Elements => {
  const type = s.scalarOf(buffer.dtype);
  const at = (row: Place, column: Place): Index => {
    let offset = 0;
    let dynamic: Scalar | undefined;
    const terms = batch === undefined ? [] : [{ loop: batch, stride: rows * columns }];
    for (const [place, length, stride] of [
      [row, rows, columns],
      [column, columns, 1],
    ] as const) {
      if ("dynamic" in place) {
        const scaled = stride === 1 ? place.dynamic : s.mul(place.dynamic, stride);
        dynamic = dynamic === undefined ? scaled : s.add(dynamic, scaled);
      } else if ("fromEnd" in place) {
        offset += (length - 1) * stride;
        terms.push({ loop: place.fromEnd, stride: -stride });
      } else terms.push({ loop: place, stride });
    }
    return dynamic === undefined ? { offset, terms } : { offset, terms, dynamic };
  };
  return {
    read: (row: Place, column: Place): Scalar => ({ kind: "load", type, buffer, at: at(row, column) }),
    write: (row: Place, column: Place, value: Scalar): Statement => ({
      kind: "store",
      buffer,
      at: at(row, column),
      value,
    }),
  };
};

export const loopIndex = (name: string): LoopIndex => ({ name });

export const indexValue = (loop: LoopIndex): Scalar => ({ kind: "index", type: "i32", loop });

/** A loop; in lanes if `vector`. */
export const loop = (
  index: LoopIndex,
  extent: number,
  body: readonly Statement[],
  vector = false,
): Statement => s.nest([[index, extent]], body, vector ? 0 : undefined);

/** A value that is kept: its declaration, and how to read it. */
export const kept = (
  name: string,
  initial: Scalar,
): { declare: Statement; value: Scalar; set: (value: Scalar) => Statement } => {
  const accumulator: Accumulator = { name, type: initial.type };
  return {
    declare: { kind: "declare", accumulator, initial },
    value: { kind: "accumulator", type: initial.type, accumulator },
    set: (value) => ({ kind: "assign", accumulator, value }),
  };
};

/** A sum over a loop in lanes: its statements, and its value behind them. */
export const summed = (
  type: ScalarType,
  index: LoopIndex,
  extent: number,
  term: Scalar,
): { statements: Statement[]; value: Scalar } => {
  const accumulator: Accumulator = { name: "sum", type };
  return {
    statements: [
      { kind: "declare", accumulator, initial: s.constant(type, 0) },
      loop(index, extent, [{ kind: "accumulate", accumulator, combine: "add", value: term }], true),
    ],
    value: { kind: "accumulator", type, accumulator },
  };
};
