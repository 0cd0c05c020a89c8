/** The tables that estimators take, checked and brought to tensors. */
import { isRow, tensor, wrap } from "../tensor/create.ts";
import { allocate, type DType, isFloating, type TypedArray } from "../tensor/dtype.ts";
import { astype } from "../functions/shapes.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Arrays of numbers, typed or not. */
export type NumberRows = readonly (readonly number[] | TypedArray)[];

/** Rows of numbers: nested arrays, or a tensor [rows, columns]. */
export type MatrixData = NumberRows | Tensor;

/** Numbers, one for each row. */
export type VectorData = ArrayLike<number> | Tensor;

/** One target for each row, or several: [rows] or [rows, targets]. */
export type TargetData = VectorData | NumberRows;

export interface WeightOption {
  /** One weight ≥ 0 for each row. */
  readonly sampleWeight?: VectorData | undefined;
}

export type FloatDType = "float32" | "float64";

export const asFloatDType = (dtype: DType): FloatDType => (dtype === "float32" ? "float32" : "float64");

/**
 * Whether all numbers are at most `most` in size, and the root of the sum of the squares of each four too: so that one branch
 * serves for four, and a large table is looked through as fast as it is read.
 */
export const areWithin = (values: ArrayLike<number>, most: number): boolean => {
  const bound = most * most;
  const fours = values.length - (values.length % 4);
  for (let i = 0; i < fours; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    if (!(a * a + b * b + c * c + d * d <= bound)) return false;
  }
  for (let i = fours; i < values.length; i++) if (!(values[i]! * values[i]! <= bound)) return false;
  return true;
};

/** Position of the first NaN or infinity, or −1. */
const firstNonFinite = (values: ArrayLike<number>): number => {
  // Larger ones, whose squares may overflow, are looked at one by one.
  if (areWithin(values, 1e154)) return -1;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
};

/** What made a number that is not finite, and what helps. */
const remedyFor = ({ data, shape }: Tensor, column: number, given: unknown): string => {
  if (typeof given === "number" && Number.isFinite(given))
    return `it was ${given}, and float32 ends at 3.4e38; scale such numbers, or pass a float64 tensor`;
  const columns = shape[1];
  const isWhole =
    columns !== undefined &&
    data.length > columns &&
    Array.from(data).every((x, i) => i % columns !== column || Number.isNaN(x));
  if (isWhole)
    return "so has every row: equal values divided by their standard deviation, 0, give that; leave the column out";
  return "fill in or leave out such rows";
};

/** @param given the values as they were before they became a tensor. */
const requireFinite = (operation: string, name: string, tensor: Tensor, given?: unknown): void => {
  const { data, shape } = tensor;
  const position = firstNonFinite(data);
  if (position < 0) return;
  const columns = shape.length > 1 ? shape[1]! : 1;
  const [row, column] = [Math.floor(position / columns), position % columns];
  const place = shape.length > 1 ? `, column ${column}` : "";
  const before = (given as readonly (readonly unknown[])[] | undefined)?.[row]?.[column];
  throw new ArgumentError(
    operation,
    `${name} has ${String(data[position])} in row ${row}${place} (counted from 0); ` +
      remedyFor(tensor, column, before),
  );
};

/**
 * X as a float tensor [rows, columns]. Tensors keep their float dtype, other dtypes become float64, nested arrays
 * `nestedDType`.
 *
 * @param columns how many columns there must be, where the model knows.
 */
export const designMatrix = (
  operation: string,
  X: MatrixData,
  nestedDType: FloatDType,
  columns?: number,
): Tensor => {
  if (Symbol.asyncIterator in Object(X))
    throw new ArgumentError(operation, "X comes piece by piece; write fitBatches(batches), a promise");
  const given = X instanceof Tensor ? X : tensor(X, { dtype: nestedDType });
  const matrix = isFloating(given.dtype) ? given : astype(given, "float64");
  if (matrix.rank !== 2)
    throw new ShapeError(
      operation,
      `X has shape ${formatShape(matrix.shape)}, but must be [rows, columns]` +
        (matrix.rank === 1
          ? "; for a single column reshape it to [rows, 1], for a single row to [1, columns]"
          : ""),
      [matrix.shape],
    );
  if (matrix.size === 0)
    throw new ShapeError(operation, `X is empty: ${formatShape(matrix.shape)}`, [matrix.shape]);
  if (columns !== undefined && matrix.shape[1] !== columns)
    throw new ShapeError(
      operation,
      `X has ${matrix.shape[1]!} columns, but the model was fitted with ${columns}`,
      [matrix.shape],
    );
  requireFinite(operation, "X", matrix, X instanceof Tensor ? undefined : X);
  return matrix;
};

const isNested = (data: TargetData): data is NumberRows => Array.isArray(data) && isRow(data[0]);

/** Numbers as a float tensor [rows] of dtype `dtype`. */
export const floatVector = (values: ArrayLike<number>, dtype: DType): Tensor => {
  const copy = allocate(dtype, values.length);
  for (let i = 0; i < values.length; i++) copy[i] = values[i]!;
  return wrap(copy, [values.length], dtype);
};

const requireNumbers = (operation: string, name: string, values: ArrayLike<unknown>): void => {
  for (let i = 0; i < values.length; i++)
    if (typeof values[i] !== "number")
      throw new ArgumentError(
        operation,
        `${name}[${i}] is ${typeof values[i] === "string" ? `the text "${values[i] as string}"` : String(values[i])}, not a number`,
      );
};

/** @throws ArgumentError at what has no length, such as a single number. */
export const requireList = (operation: string, name: string, values: unknown): void => {
  const length: unknown = (Object(values) as { readonly length?: unknown }).length;
  if (!(values instanceof Tensor) && typeof length !== "number")
    throw new ArgumentError(operation, `${name} is ${String(values)}; write a list, one entry for each row`);
};

/** y as a float tensor [rows] or [rows, targets] of dtype `dtype`. */
export const targetTensor = (operation: string, y: TargetData, rows: number, dtype: DType): Tensor => {
  let target: Tensor;
  requireList(operation, "y", y);
  if (y instanceof Tensor) target = astype(y, dtype);
  else if (isNested(y)) target = tensor(y, { dtype });
  else {
    requireNumbers(operation, "y", y);
    target = floatVector(y, dtype);
  }
  if (target.rank !== 1 && target.rank !== 2)
    throw new ShapeError(
      operation,
      `y has shape ${formatShape(target.shape)}; write [rows] or [rows, targets]`,
      [target.shape],
    );
  if (target.shape[1] === 0)
    throw new ShapeError(operation, `y has no column: ${formatShape(target.shape)}`, [target.shape]);
  requireRows(operation, "y", target.shape[0]!, rows);
  requireFinite(operation, "y", target);
  return target;
};

/** @throws ShapeError if `count` is not the number of rows of X. */
export const requireRows = (operation: string, name: string, count: number, rows: number): void => {
  if (count !== rows)
    throw new ShapeError(
      operation,
      `X has ${rows} rows, but ${name} has ${count}; there must be one for each row`,
      [[rows], [count]],
    );
};

/** The numbers of a vector, without copying where that is possible. */
export const numbersOf = (data: VectorData): ArrayLike<number> => (data instanceof Tensor ? data.data : data);

/** Weights of rows, all 1 if none are given. */
export const sampleWeights = (
  operation: string,
  weights: VectorData | undefined,
  rows: number,
): Float64Array => {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  requireList(operation, "sampleWeight", weights);
  const values = Float64Array.from(numbersOf(weights));
  requireRows(operation, "sampleWeight", values.length, rows);
  let total = 0;
  values.forEach((weight, row) => {
    if (!(weight >= 0 && weight < Infinity))
      throw new ArgumentError(
        operation,
        `sampleWeight[${row}] is ${weight}; weights are finite and not negative`,
      );
    total += weight;
  });
  if (total === 0) throw new ArgumentError(operation, "all sample weights are 0");
  return values;
};

/** Weights as a tensor [rows]. @throws ArgumentError if their sum in `dtype` is 0 or infinite: then they have no mean. */
export const weightVector = (operation: string, weights: ArrayLike<number>, dtype: DType): Tensor => {
  const vector = floatVector(weights, dtype);
  const sum = total(vector.data);
  if (!(sum > 0 && sum < Infinity))
    throw new ArgumentError(
      operation,
      sum === 0
        ? `no row has a weight in ${dtype}: sample weights, times class weights, are all 0 or too small for it; scale them`
        : `the sum of the weights is ${sum} in ${dtype}; scale them`,
    );
  return vector;
};

/** So few numbers are copied one by one sooner than a view of them is made. */
const narrow = 16;

/** The given rows of a tensor whose first axis counts rows. */
export const takeRows = (source: Tensor, rows: ArrayLike<number>): Tensor => {
  const { data, shape, dtype } = source;
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const values = allocate(dtype, rows.length * width);
  if (width <= narrow)
    for (let i = 0, to = 0; i < rows.length; i++)
      for (let from = rows[i]! * width, j = 0; j < width; j++) values[to++] = data[from + j]!;
  else
    for (let i = 0; i < rows.length; i++) {
      const start = rows[i]! * width;
      values.set(data.subarray(start, start + width), i * width);
    }
  return wrap(values, [rows.length, ...shape.slice(1)], dtype);
};

export const total = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
};

export const weightedMean = (values: ArrayLike<number>, weights: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i]! * values[i]!;
  return sum / total(weights);
};
