/** Comparing tensors with tolerances that follow from their dtype. */
import type { DType, Tensor } from "downhill";
import { isFloating } from "../../../src/tensor/dtype.ts";

/** The distance from 1 to the next number of the dtype; integers and booleans are exact. */
export const epsilon: Readonly<Record<DType, number>> = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  int32: 0,
  bool: 0,
};

/** The largest finite magnitude among the elements. */
export const magnitude = (tensor: Tensor): number => {
  let largest = 0;
  for (const value of tensor.data) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
};

const differs = (a: number, b: number, tolerance: number): boolean =>
  Number.isNaN(b)
    ? !Number.isNaN(a)
    : Number.isFinite(a) && Number.isFinite(b)
      ? Math.abs(a - b) > tolerance
      : a !== b;

/**
 * Fails unless shape and dtype are equal and every element within `tolerance` (absolute); a tolerance given as a
 * function belongs to the expected element.
 */
export const expectClose = (
  actual: Tensor,
  expected: Tensor,
  tolerance: number | ((expected: number) => number),
  what: string,
): void => {
  if (actual.dtype !== expected.dtype || actual.shape.join() !== expected.shape.join())
    throw new Error(
      `${what}: ${actual.dtype}[${actual.shape.join()}], expected ${expected.dtype}[${expected.shape.join()}]`,
    );
  const [a, b] = [actual.data, expected.data];
  for (let i = 0; i < b.length; i++) {
    const allowed = typeof tolerance === "number" ? tolerance : tolerance(b[i]!);
    if (differs(a[i]!, b[i]!, allowed))
      throw new Error(`${what}: element ${i} is ${a[i]!}, expected ${b[i]!} ± ${allowed}`);
  }
};

/**
 * The tolerance for two ways of computing one thing in the same dtype, each a few dozen roundings long: roundings
 * are relative to the largest numbers that were added up, which the largest result stands for (never below 1, since
 * large terms may cancel). Integers must be equal.
 */
export const roundings = (expected: Tensor, count = 64): number =>
  isFloating(expected.dtype) ? count * epsilon[expected.dtype] * Math.max(1, magnitude(expected)) : 0;
