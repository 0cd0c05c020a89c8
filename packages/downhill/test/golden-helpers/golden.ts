/** Reading the reference values of test/golden and comparing with them; see the README there. */
import { readFileSync } from "node:fs";
import type { Tensor } from "downhill";
import { type DType, tensor } from "downhill";

/** A number as JSON can write it: NaN and the infinities are strings. */
export type GoldenNumber = number | boolean | "NaN" | "Infinity" | "-Infinity";

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly GoldenNumber[];
  readonly dtype?: "int" | "bool";
}

/** One file of test/golden, parsed. */
export const readGolden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;

const dtypeOf = (array: GoldenArray, floating: DType): DType =>
  array.dtype === "int" ? "int32" : array.dtype === "bool" ? "bool" : floating;

/** The array as a tensor; floats are float64 unless told otherwise. */
export const toTensor = (array: GoldenArray, floating: DType = "float64"): Tensor =>
  tensor(Float64Array.from(array.data, Number), { dtype: dtypeOf(array, floating), shape: array.shape });

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** What the README of the reference values asks for in float64. */
export const goldenTolerance: Tolerance = { absolute: 1e-12, relative: 1e-9 };

/** Whether two numbers agree: NaN meets NaN, an infinity the same infinity, finite numbers to the tolerance. */
export const agree = (actual: number, expected: number, tolerance: Tolerance): boolean => {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return actual === expected;
  const size = Math.max(Math.abs(actual), Math.abs(expected));
  return Math.abs(actual - expected) <= tolerance.absolute + tolerance.relative * size;
};

/**
 * Fails unless the tensor has the array's shape, dtype and values.
 *
 * @param what names the value in the message.
 */
export const expectGolden = (
  actual: Tensor,
  expected: GoldenArray,
  what: string,
  tolerance: Tolerance = goldenTolerance,
): void => {
  if (actual.shape.join() !== expected.shape.join())
    throw new Error(`${what}: shape [${actual.shape.join()}], expected [${expected.shape.join()}]`);
  const wanted = dtypeOf(expected, "float64");
  if (actual.dtype !== wanted) throw new Error(`${what}: dtype ${actual.dtype}, expected ${wanted}`);
  const values = actual.data;
  expected.data.forEach((value, i) => {
    if (!agree(values[i]!, Number(value), tolerance))
      throw new Error(`${what}: element ${i} is ${values[i]!}, expected ${String(value)}`);
  });
};
