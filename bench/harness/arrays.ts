import type { DataArray } from "./question.ts";
import type { Random } from "./random.ts";

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function float32(shape: readonly number[], value: (index: number) => number): DataArray {
  return { shape, dtype: "float32", values: Float32Array.from({ length: size(shape) }, (_, i) => value(i)) };
}

export function float64(shape: readonly number[], value: (index: number) => number): DataArray {
  return { shape, dtype: "float64", values: Float64Array.from({ length: size(shape) }, (_, i) => value(i)) };
}

export function int32(shape: readonly number[], value: (index: number) => number): DataArray {
  return { shape, dtype: "int32", values: Int32Array.from({ length: size(shape) }, (_, i) => value(i)) };
}

/** Weights [inputs, outputs] with standard deviation √(2 / inputs) (He et al. 2015). */
export function heNormal(random: Random, inputs: number, outputs: number): DataArray {
  const scale = Math.sqrt(2 / inputs);
  return float32([inputs, outputs], () => scale * random.normal());
}

export const zeros = (...shape: number[]): DataArray => float32(shape, () => 0);

/** Labels [n, classes] as rows of zeros with a one. */
export function oneHot(labels: DataArray, classes: number): DataArray {
  const values = new Float32Array(labels.values.length * classes);
  labels.values.forEach((label, row) => {
    values[row * classes + label] = 1;
  });
  return { shape: [...labels.shape, classes], dtype: "float32", values };
}

/** The i-th of the arrays along the first axis, without copying. */
export function slice(array: DataArray, i: number): DataArray {
  const shape = array.shape.slice(1);
  return { ...array, shape, values: array.values.subarray(i * size(shape), (i + 1) * size(shape)) };
}

/** All arrays along the first axis. */
export function slices(array: DataArray): DataArray[] {
  return Array.from({ length: array.shape[0] ?? 0 }, (_, i) => slice(array, i));
}

/** Σ v² over all the arrays: one number in which a parameter that went wrong shows. */
export function squaredNorm(...arrays: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const array of arrays) for (let i = 0; i < array.length; i++) sum += (array[i] ?? 0) ** 2;
  return sum;
}

/** Σ (a − b)²: how far parameters have moved. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
  return sum;
}

/** An object with one value per name. */
export function mapArrays<Name extends string, T>(
  names: readonly Name[],
  value: (name: Name) => T,
): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;
}
