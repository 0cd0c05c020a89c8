/**
 * Maxima, minima and sums of short rows, on every processor there is: whose lanes are joined for many rows together, or which
 * are in registers from one stage to the next.
 */
import { makeProgram, softmax, type Tensor, tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { interpreter } from "../../../src/program/trace.ts";
import { compileForNative } from "../../../src/targets/native/executor.ts";
import { processors } from "./processors.ts";

const rows = 37;

/** 64 float32 and 32 float64 numbers are four of the longest vectors. */
const lengths = [50, 64, 32];

/** Each has results of rows, and something that waits for them. */
const ofRows = (x: Tensor): Tensor[] => {
  const [top, least, sum] = [x.max(1), x.min(1), x.sum(1)];
  return [top, least, sum, x.sub(top.expandDims(1)), x.sub(least.expandDims(1)), x.mul(sum.expandDims(1))];
};

const cases = lengths.flatMap((length) =>
  (["float32", "float64", "int32"] as const).map((dtype) => ({ length, dtype })),
);

describe.each(processors())("on processor '%s'", (processor) => {
  it.each(cases)("rows of $length, $dtype", ({ length, dtype }) => {
    const special = dtype === "int32" ? [] : [NaN, -0, 0, Infinity, -Infinity];
    const values = Array.from({ length: rows * length }, (_, i) => {
      const row = Math.floor(i / length);
      // Whole numbers, so that sums are exact; one row in three of zeros, with something special in some place.
      const common = row % 3 === 0 ? -0 : ((i * 7919) % 201) - 100;
      return i % length === (row * 5) % length ? (special[row % special.length] ?? common) : common;
    });
    const x = tensor(values, { dtype }).reshape(rows, length);
    const program = makeProgram(ofRows)(x);
    const given = [x.concrete("test")];
    const expected = interpreter.program(program, given);
    compileForNative(program, { processor })(given).forEach(({ values: actual }, i) => {
      // Zeros of sums may have either sign.
      const isSum = i === 2 || i === 5;
      actual.forEach((value, k) => {
        const wanted = expected[i]!.values[k]!;
        if (!(isSum && value === wanted) && !Object.is(value, wanted))
          expect.fail(`result ${String(i)}, ${String(k)}: ${String(value)}, not ${String(wanted)}`);
      });
    });
  });

  const wholeVectors = [
    { length: 64, dtype: "float32", epsilon: 2 ** -23 },
    { length: 32, dtype: "float64", epsilon: 2 ** -52 },
  ] as const;

  it.each(wholeVectors)("softmax of rows of $length, $dtype", ({ length, dtype, epsilon }) => {
    const special = [-1000, -Infinity, NaN, Infinity, -90];
    const values = Array.from({ length: rows * length }, (_, i) => {
      const row = Math.floor(i / length);
      const common = (((i * 7919) % 201) - 100) / 4;
      return i % length === (row * 5) % length && row % 4 === 1 ? special[row % special.length]! : common;
    });
    const x = tensor(values, { dtype }).reshape(rows, length);
    const program = makeProgram((x: Tensor) => softmax(x))(x);
    const given = [x.concrete("test")];
    const [expected] = interpreter.program(program, given);
    const [actual] = compileForNative(program, { processor })(given);
    actual!.values.forEach((value, k) => {
      const wanted = expected!.values[k]!;
      // An exponential errs by one unit on each side, a sum by one for each of the six times that halves are joined.
      const isNear = Object.is(value, wanted) || Math.abs(value - wanted) <= 8 * epsilon * wanted;
      if (!isNear)
        expect.fail(`row ${String(Math.floor(k / length))}: ${String(value)}, not ${String(wanted)}`);
    });
  });
});
