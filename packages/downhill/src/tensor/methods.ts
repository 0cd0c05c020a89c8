/** The operations that read well as methods: signatures only; functions/methods.ts has what they do. */
import type { DType } from "./dtype.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor, or a number that takes the other operand's dtype. */
export type Operand = Tensor | number | boolean;

/** One axis or several; counted from the end if negative; all if left out. */
export type Axes = number | readonly number[] | null;

export interface ReductionOptions {
  readonly axis?: Axes;
  /** Keep the reduced axes, with length 1. */
  readonly keepdims?: boolean;
}

export interface TensorMethods {
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  pow(exponent: Operand): Tensor;
  mod(divisor: Operand): Tensor;
  neg(): Tensor;
  abs(): Tensor;
  square(): Tensor;
  sqrt(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  sigmoid(): Tensor;
  relu(): Tensor;
  maximum(other: Operand): Tensor;
  minimum(other: Operand): Tensor;
  equal(other: Operand): Tensor;
  notEqual(other: Operand): Tensor;
  less(other: Operand): Tensor;
  lessEqual(other: Operand): Tensor;
  greater(other: Operand): Tensor;
  greaterEqual(other: Operand): Tensor;
  sum(options?: ReductionOptions | Axes): Tensor;
  mean(options?: ReductionOptions | Axes): Tensor;
  prod(options?: ReductionOptions | Axes): Tensor;
  max(options?: ReductionOptions | Axes): Tensor;
  min(options?: ReductionOptions | Axes): Tensor;
  /** `ddof`: the divisor is the count minus this. */
  var(options?: (ReductionOptions & { readonly ddof?: number }) | Axes): Tensor;
  std(options?: (ReductionOptions & { readonly ddof?: number }) | Axes): Tensor;
  argmax(axis?: number | null): Tensor;
  argmin(axis?: number | null): Tensor;
  cumsum(axis?: number | null): Tensor;
  matmul(other: Tensor): Tensor;
  dot(other: Tensor): Tensor;
  reshape(...shape: readonly number[] | [readonly number[]]): Tensor;
  transpose(permutation?: readonly number[] | null): Tensor;
  broadcastTo(shape: readonly number[]): Tensor;
  flip(axis?: Axes): Tensor;
  slice(...slices: readonly SliceArgument[]): Tensor;
  take(indices: Tensor | number | readonly number[], axis?: number): Tensor;
  squeeze(axis?: Axes): Tensor;
  expandDims(axis: number): Tensor;
  /** The same numbers in another dtype; floats become integers by cutting off the fraction. */
  astype(dtype: DType): Tensor;
  /** The transpose: axes reversed. */
  readonly T: Tensor;
}

/** `[start, stop, step]` of one axis as in Python (null: open end), or null for the whole axis. */
export type SliceArgument =
  readonly [start?: number | null, stop?: number | null, step?: number | null] | null;
