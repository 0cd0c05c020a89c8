/** Elements picked and put at indices: NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { tensor } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import {
  allAxes,
  formatShape,
  normalizeAxis,
  requireShape,
  requireWhole,
  sameShape,
  withoutAxes,
} from "../tensor/shape.ts";
import { ConcreteTensor, type Operand, Tensor } from "../tensor/tensor.ts";
import { add, less, where } from "./elementwise.ts";
import { asTensor, jointDType, numeric } from "./operands.ts";
import { broadcastTo, expandDims, moveaxis } from "./shapes.ts";

const checkIndices = (operation: string, indices: Tensor, length: number): void => {
  if (!(indices instanceof ConcreteTensor)) return;
  for (const index of indices.values)
    if (index < -length || index >= length)
      throw new ArgumentError(operation, `index ${index} is out of range for length ${length}`);
};

/** Indices as int32, non-negative. */
const indexTensor = (
  operation: string,
  indices: Tensor | number | readonly number[],
  length: number,
): Tensor => {
  const given = indices instanceof Tensor ? indices : tensor(indices, { dtype: "int32" });
  if (!(indices instanceof Tensor))
    for (const index of [indices].flat()) requireWhole(operation, "index", index);
  if (given.dtype !== "int32")
    throw new ArgumentError(
      operation,
      `indices are ${given.dtype}; write .astype("int32") or tensor(…, { dtype: "int32" })`,
    );
  checkIndices(operation, given, length);
  if (given instanceof ConcreteTensor && given.values.every((index) => index >= 0)) return given;
  return where(less(given, 0), add(given, length), given);
};

/**
 * Elements at `indices` along `axis`, which is replaced by the shape of the indices. Negative indices count from
 * the end. @throws ArgumentError if an index is out of range; inside compiled functions it is clamped instead.
 */
export const take = (x: Operand, indices: Tensor | number | readonly number[], axis = 0): Tensor => {
  const value = asTensor(x);
  const along = normalizeAxis("take", axis, value.rank);
  return p.gather(value, indexTensor("take", indices, value.shape[along]!), along);
};

/** One element along `axis` for each index: shapes must agree but for that axis. */
export const takeAlongAxis = (x: Operand, indices: Tensor, axis = -1): Tensor => {
  const value = asTensor(x);
  const along = normalizeAxis("takeAlongAxis", axis, value.rank);
  if (!sameShape(withoutAxes(value.shape, [along]), withoutAxes(indices.shape, [along])))
    throw new ShapeError(
      "takeAlongAxis",
      `indices of shape ${formatShape(indices.shape)} for shape ${formatShape(value.shape)}; ` +
        `all lengths but that of axis ${along} must agree`,
      [value.shape, indices.shape],
    );
  const rest = allAxes(value.rank).filter((other) => other !== along);
  const order = [...rest, along];
  const last = value.rank - 1;
  const picked = p.gather(
    p.transpose(value, order),
    p.transpose(indexTensor("takeAlongAxis", indices, value.shape[along]!), order),
    last,
    last,
  );
  return moveaxis(picked, last, along);
};

/** 1 at each index and 0 elsewhere, along a new last axis of length `numClasses`; all 0 if out of range. */
export const oneHot = (
  indices: Tensor | readonly number[],
  numClasses: number,
  dtype: DType = "float32",
): Tensor => {
  const labels =
    indices instanceof Tensor ? p.convert(indices, "int32") : tensor(indices, { dtype: "int32" });
  const shape = [...labels.shape, numClasses];
  requireShape("oneHot", shape);
  const matches = p.eq(p.broadcastTo(expandDims(labels, -1), shape), p.iota(shape, labels.rank, "int32"));
  return p.convert(matches, dtype);
};

/**
 * x with `updates` added at `indices` along `axis`, duplicates accumulating; negative indices count from the end.
 *
 * @param updates of the shape that `take(x, indices, axis)` has, or one that broadcasts to it.
 * @throws ArgumentError if an index is out of range; inside compiled functions it is clamped instead. ShapeError if the
 *   updates do not fit.
 */
export const scatterAdd = (
  x: Operand,
  indices: Tensor | number | readonly number[],
  updates: Operand,
  axis = 0,
): Tensor => {
  const dtype = numeric(jointDType([x, updates]));
  const [given, added] = [asTensor(x, dtype), asTensor(updates, dtype)];
  const along = normalizeAxis("scatterAdd", axis, given.rank);
  const places = indexTensor("scatterAdd", indices, given.shape[along]!);
  const shape = [...given.shape.slice(0, along), ...places.shape, ...given.shape.slice(along + 1)];
  return p.scatterAdd(given, places, broadcastTo(added, shape), along);
};
