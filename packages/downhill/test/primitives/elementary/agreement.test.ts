/**
 * The functions as loop code: bit for bit what the interpreter of loop code makes of them, on single values and in vectors
 * (with two roundings for a·b + c; what one rounding gives is only bounded, in single.test.ts and double.test.ts).
 */
import { describe, test } from "vitest";
import type { Scalar } from "../../../src/program/loop.ts";
import * as kernels from "../../../src/primitives/elementary/index.ts";
import {
  at,
  buffers,
  expectAgreement,
  kernelOf,
  load,
  loop,
  loopIndex,
  specialFloats,
  store,
} from "../../targets/wasm/support.ts";
import { randomFrom } from "../op-table/rows.ts";

type Floats = (values: readonly number[]) => Float32Array | Float64Array;

const formats: readonly (readonly [dtype: "float32" | "float64", make: Floats])[] = [
  ["float32", (values) => Float32Array.from(values)],
  ["float64", (values) => Float64Array.from(values)],
];

const drawn = (seed: string): number[] => {
  const random = randomFrom(seed);
  const near = Array.from({ length: 60 }, () => 8 * random() - 4);
  const far = Array.from({ length: 60 }, () => (2 * random() - 1) * 2 ** (200 * random() - 100));
  return [...specialFloats, ...near, ...far];
};

const inLoop = (dtype: "float32" | "float64", length: number, f: (...args: Scalar[]) => Scalar) => {
  const uses = buffers(dtype, dtype, dtype);
  const i = loopIndex("i");
  const here = at([[i, 1]]);
  const value = f(...uses.slice(0, f.length).map((buffer) => load(buffer, here)));
  return kernelOf(uses, [loop(i, length, [store(uses[2]!, here, value)], true)]);
};

describe.each(formats)("%s", (dtype, make) => {
  test.each(Object.entries(kernels))("%s", (name, f: (...args: Scalar[]) => Scalar) => {
    const [x, y] = [make(drawn(`${name} x`)), make(drawn(`${name} y`).reverse())];
    const kernel = inLoop(dtype, x.length, f);
    for (const options of [{ simd: false }, { relaxed: false }])
      expectAgreement(kernel, [x, y, make(Array.from(x, () => 0))], options);
  });
});
