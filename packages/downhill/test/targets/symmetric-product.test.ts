/** XᵀX, whose lower half is its upper half, beside the same product of X and a copy of it, which is computed whole. */
import { jit, tensor, type Tensor } from "downhill";
import { afterEach, describe, expect, test } from "vitest";
import type { TypedArray } from "../../src/tensor/dtype.ts";
import { setTarget, targetNames } from "./targets.ts";

const arrayOf = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

type Case = readonly [dtype: keyof typeof arrayOf, depth: number, size: number];

const cases: readonly Case[] = [
  ["float64", 50, 100],
  // several stretches of the depth, a last panel that is not full, several blocks of rows
  ["float64", 600, 21],
  ["float64", 40, 133],
  // more columns than a block has: computed whole
  ["float64", 30, 450],
  ["float32", 60, 37],
  ["float32", 64, 131],
  ["int32", 90, 26],
];

afterEach(() => {
  setTarget("wasm");
});

describe.each(targetNames.filter((name) => name !== "reference"))("on %s", (name) => {
  test.each(cases)("%s, %i × %i", (dtype, depth, size) => {
    setTarget(name);
    const filled = (length: number, at: (i: number) => number): TypedArray => {
      const values = new arrayOf[dtype](length);
      for (let i = 0; i < length; i++) values[i] = at(i);
      return values;
    };
    const values = filled(depth * size, (i) =>
      dtype === "int32" ? ((i * 7919) % 101) - 50 : ((i * 0.618034) % 1) - 0.3,
    );
    const matrix = (data: TypedArray): Tensor => tensor(data, { dtype, shape: [depth, size] });
    const bias = tensor(
      filled(size * size, (i) => i),
      { dtype, shape: [size, size] },
    );
    const products = jit((x: Tensor, other: Tensor, more: Tensor) => [
      [x.transpose().matmul(x).add(more), x.transpose().matmul(other).add(more)],
      [x.matmul(x.transpose()), x.matmul(other.transpose())],
    ]);
    for (const [half, whole] of products(matrix(values), matrix(values.slice()), bias)) {
      const expected = whole!.data;
      expect(half!.data.findIndex((value, i) => value !== expected[i])).toBe(-1);
    }
  });
});
