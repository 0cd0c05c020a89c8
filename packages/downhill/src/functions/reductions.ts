/** Reductions over axes, with NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { normalizeAxes, normalizeAxis, type Shape } from "../tensor/shape.ts";
import type { Axes, Operand, ReductionOptions } from "../tensor/tensor.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { add, div, equal, exp, log, mul, sqrt, square, stopGradient, sub, where } from "./elementwise.ts";
import { asTensor, floating, numeric } from "./operands.ts";

/** Options or, shorter, the axes alone. */
export type Reduction = ReductionOptions | Axes | undefined;

interface Plan {
  readonly x: Tensor;
  readonly axes: readonly number[];
  /** Brings the reduced tensor to its final shape. */
  readonly finish: (reduced: Tensor) => Tensor;
}

const plan = (operation: string, x: Tensor, options: Reduction): Plan => {
  const isOptions = typeof options === "object" && options !== null && !Array.isArray(options);
  const { axis, keepdims } = (isOptions ? options : { axis: options }) as ReductionOptions;
  const axes = normalizeAxes(operation, axis, x.rank);
  return {
    x,
    axes,
    finish: (reduced) => (keepdims ? p.reshape(reduced, keptShape(x.shape, axes)) : reduced),
  };
};

const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((length, axis) => (axes.includes(axis) ? 1 : length));

const countOf = (x: Tensor, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * x.shape[axis]!, 1);

/**
 * The sum; of booleans the count. Floats are added in blocks of b, with an error of at most (b + n/b + 8)·u·Σ|x| for n
 * numbers, b between 8 and 4096 (docs/accuracy.md).
 */
export const sum = (x: Operand, options?: Reduction): Tensor => {
  const tensor = asTensor(x);
  const { axes, finish } = plan("sum", tensor, options);
  return finish(p.reduceSum(p.convert(tensor, numeric(tensor.dtype)), axes));
};

/** The arithmetic mean; of no elements NaN. */
export const mean = (x: Operand, options?: Reduction): Tensor => {
  const tensor = floating(x);
  const { axes, finish } = plan("mean", tensor, options);
  return finish(div(p.reduceSum(tensor, axes), countOf(tensor, axes)));
};

/** The product; by pairs, so that its derivatives are right with zeros among the factors. */
export const prod = (x: Operand, options?: Reduction): Tensor => {
  const given = asTensor(x);
  const tensor = p.convert(given, numeric(given.dtype));
  const { axes, finish } = plan("prod", tensor, options);
  const kept = tensor.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const keptLengths = kept.map((axis) => tensor.shape[axis]!);
  // The factors along one first axis.
  let factors = p.reshape(p.transpose(tensor, [...axes, ...kept]), [countOf(tensor, axes), ...keptLengths]);
  while (factors.shape[0]! > 1) {
    const count = factors.shape[0]!;
    const half = count >> 1;
    const rows = (from: number, to: number): Tensor =>
      p.slice(factors, [from, ...kept.map(() => 0)], [to, ...keptLengths]);
    const pairs = p.mul(rows(0, half), rows(half, 2 * half));
    factors = count % 2 === 0 ? pairs : p.concatenate([pairs, rows(count - 1, count)], 0);
  }
  if (factors.shape[0] === 0) return finish(p.broadcastTo(literal(1, tensor.dtype), keptLengths));
  return finish(p.reshape(factors, keptLengths));
};

const extreme =
  (operation: string, reduce: (x: Tensor, axes: readonly number[]) => Tensor) =>
  (x: Operand, options?: Reduction): Tensor => {
    const given = asTensor(x);
    const { axes, finish } = plan(operation, given, options);
    return finish(reduce(p.convert(given, numeric(given.dtype)), axes));
  };

/** The largest element; equal ones share the slope evenly. NaN if any is. @throws ShapeError if there are none. */
export const max = extreme("max", p.reduceMax);
/** The smallest element; equal ones share the slope evenly. NaN if any is. @throws ShapeError if there are none. */
export const min = extreme("min", p.reduceMin);

export interface VarianceOptions extends ReductionOptions {
  /** The divisor is the count minus this, but not below 0; 0 if left out (NumPy's default). */
  readonly ddof?: number;
}

/** The variance: mean squared deviation from the mean, in two passes. */
export const variance = (x: Operand, options?: VarianceOptions | Axes): Tensor => {
  const tensor = floating(x);
  const { axes, finish } = plan("var", tensor, options);
  const ddof = typeof options === "object" && options !== null && "ddof" in options ? (options.ddof ?? 0) : 0;
  const count = countOf(tensor, axes);
  const centre = p.reshape(div(p.reduceSum(tensor, axes), count), keptShape(tensor.shape, axes));
  return finish(div(p.reduceSum(square(sub(tensor, centre)), axes), Math.max(0, count - ddof)));
};

/** √x with slope 0 at 0, where the root's own is infinite. */
export const rootOfNonNegative = (x: Tensor): Tensor => {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x)));
};

/** The standard deviation; slope 0 where all values are equal. */
export const std = (x: Operand, options?: VarianceOptions | Axes): Tensor =>
  rootOfNonNegative(variance(x, options));

/**
 * ln Σ e^x along the axes in two parts: the maximum, which counts as constant, and the logarithm of the sum of what is left
 * when it is taken off. Their sum is right, but where the maximum is large it keeps few digits of the logarithm.
 */
const logsumexpInParts = (x: Tensor, axes: readonly number[]): { logarithm: Tensor; shift: Tensor } => {
  if (countOf(x, axes) === 0) {
    const none = p.reduceSum(x, axes);
    return { logarithm: log(none), shift: none };
  }
  const top = p.reduceMax(x, axes);
  // An infinite maximum must not be subtracted from itself.
  const shift = stopGradient(where(p.isFinite(top), top, 0));
  const shifted = sub(x, p.reshape(shift, keptShape(x.shape, axes)));
  return { logarithm: log(p.reduceSum(exp(shifted), axes)), shift };
};

/** ln Σ e^x, without overflow; −Infinity of no elements. */
export const logsumexp = (x: Operand, options?: Reduction): Tensor => {
  const tensor = floating(x);
  const { axes, finish } = plan("logsumexp", tensor, options);
  const { logarithm, shift } = logsumexpInParts(tensor, axes);
  return finish(add(logarithm, shift));
};

/** e^x / Σ e^x along `axis`, without overflow. */
export const softmax = (x: Operand, axis = -1): Tensor => {
  const tensor = floating(x);
  const along = normalizeAxis("softmax", axis, tensor.rank);
  if (tensor.shape[along] === 0) return tensor;
  const weights = exp(sub(tensor, stopGradient(max(tensor, { axis, keepdims: true }))));
  // One division a row: the sum is at least 1, and its reciprocal as good.
  const scale = div(1, p.reduceSum(weights, [along]));
  return mul(weights, p.reshape(scale, keptShape(tensor.shape, [along])));
};

/** ln softmax(x) along `axis`, without overflow; as exact for large numbers as for small ones. */
export const logSoftmax = (x: Operand, axis = -1): Tensor => {
  const tensor = floating(x);
  const along = normalizeAxis("logSoftmax", axis, tensor.rank);
  if (tensor.shape[along] === 0) return tensor;
  const { logarithm, shift } = logsumexpInParts(tensor, [along]);
  const kept = (part: Tensor): Tensor => p.reshape(part, keptShape(tensor.shape, [along]));
  return sub(sub(tensor, kept(shift)), kept(logarithm));
};

/** The Euclidean norm √Σx²; slope 0 at the zero vector. */
export const norm = (x: Operand, options?: Reduction): Tensor => {
  const tensor = floating(x);
  const { axes, finish } = plan("norm", tensor, options);
  return finish(rootOfNonNegative(p.reduceSum(square(tensor), axes)));
};

const extremeIndex =
  (operation: string, find: (x: Tensor, axis: number) => Tensor) =>
  (x: Operand, axis: number | null = null): Tensor => {
    const given = asTensor(x);
    const tensor = p.convert(given, numeric(given.dtype));
    return axis === null
      ? find(p.reshape(tensor, [tensor.size]), 0)
      : find(tensor, normalizeAxis(operation, axis, tensor.rank));
  };

/** Index (int32) of the first largest element along `axis`; in the flattened tensor if null. */
export const argmax = extremeIndex("argmax", p.argmax);
/** Index (int32) of the first smallest element along `axis`; in the flattened tensor if null. */
export const argmin = extremeIndex("argmin", p.argmin);

/** How many elements along the axes are `truth` as truth values. */
const counting =
  (operation: string, truth: boolean) =>
  (x: Operand, options: Reduction): Tensor => {
    const flags = p.convert(asTensor(x), "bool");
    const { axes, finish } = plan(operation, flags, options);
    return finish(p.reduceSum(p.convert(truth ? flags : p.not(flags), "int32"), axes));
  };
const countTrue = counting("any", true);
const countFalse = counting("all", false);

/** Whether any element is non-zero. */
export const any = (x: Operand, options?: Reduction): Tensor => p.convert(countTrue(x, options), "bool");
/** Whether all elements are non-zero. */
export const all = (x: Operand, options?: Reduction): Tensor => equal(countFalse(x, options), 0);

/** The weighted mean Σwx / Σw; the plain mean without weights. */
export const average = (x: Operand, weights?: Tensor): Tensor =>
  weights === undefined ? mean(x) : div(sum(mul(x, weights)), sum(weights));
