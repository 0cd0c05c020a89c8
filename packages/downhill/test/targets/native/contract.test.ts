/** Products on the native target: blocks of registers of every shape, for processors with vectors of 16, 32 and 64 bytes. */
import { makeProgram, type Program, tensor, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../../src/program/trace.ts";
import { compileForNative } from "../../../src/targets/native/executor.ts";
import type { DType } from "../../../src/tensor/dtype.ts";
import type { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import { processors } from "./processors.ts";

/** Whole numbers, so that sums are exact in any order. */
const whole = (shape: readonly number[], seed: number, dtype: DType): Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, i) => ((i * 37 + seed * 11) % 23) - 11);
  return tensor(values, { shape, dtype });
};

const checkAll = (
  results: readonly ConcreteTensor[],
  expected: readonly ConcreteTensor[],
  processor: string,
): void => {
  expected.forEach(({ values }, i) => {
    const actual = results[i]!.values;
    const wrong = values.findIndex((value, k) => !Object.is(value, actual[k]));
    if (wrong >= 0)
      expect.fail(
        `${processor}: result ${i}, element ${wrong} is ${actual[wrong]!} in place of ${values[wrong]!}`,
      );
  });
};

/** Columns around the multiples of one, two and three vectors, rows around those of a block, depths around 1024. */
const shapes = [
  [8, 48, 40],
  [64, 64, 64],
  [23, 107, 31],
  [13, 49, 1100],
  [300, 31, 40],
  [1, 200, 200],
  [200, 4, 64],
  [40, 17, 2048],
  [6, 25, 2120],
  [7, 5, 4099],
] as const;

describe.each(processors())("for %s", (processor) => {
  it.each(["float32", "float64", "int32"] as const)("%s", (dtype) => {
    // All in one program: it is the compiler that takes the time.
    const inputs = shapes.flatMap(([m, n, k], i) => [
      whole([m, k], i, dtype),
      whole([k, m], i + 1, dtype),
      whole([k, n], i + 2, dtype),
      whole([n, k], i + 3, dtype),
    ]);
    const products = (...operands: Tensor[]): Tensor[] =>
      shapes.flatMap((_, i) => {
        const [a, aT, b, bT] = operands.slice(4 * i) as [Tensor, Tensor, Tensor, Tensor];
        return [a.matmul(b), aT.T.matmul(b), a.matmul(bT.T), aT.T.matmul(bT.T)];
      });
    const program = makeProgram(products as (...args: Tensor[]) => unknown)(...inputs) as Program;
    const concrete = inputs.map((input) => input.concrete("test"));
    const run = compileForNative(program, { processor, threads: 1 });
    checkAll(run(concrete), interpreter.program(program, concrete), processor);
  });

  it("batches, and what follows the sums", () => {
    const [x, w, bias, before] = [
      whole([3, 70, 90], 1, "float32"),
      whole([3, 90, 75], 2, "float32"),
      whole([75], 3, "float32"),
      whole([3, 70, 75], 4, "float32"),
    ];
    const layer = (x: Tensor, w: Tensor, bias: Tensor, before: Tensor): Tensor[] => {
      const sums = x.matmul(w).add(bias);
      return [sums.relu(), before.sub(sums.mul(2)), sums.greater(before), sums.astype("float64")];
    };
    const inputs = [x, w, bias, before];
    const program = makeProgram(layer)(x, w, bias, before) as Program;
    const concrete = inputs.map((input) => input.concrete("test"));
    const run = compileForNative(program, { processor, threads: 1 });
    checkAll(run(concrete), interpreter.program(program, concrete), processor);
  });
});
