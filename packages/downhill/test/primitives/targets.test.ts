/** Every target against the records' own evaluation: values, derivatives and batches, one by one and compiled. */
import { jit, jvp, type Tensor, vjp, vmap } from "downhill";
import { afterAll, beforeAll, describe, test } from "vitest";
import { isFloating } from "../../src/tensor/dtype.ts";
import { setTarget, targetNames } from "../targets/targets.ts";
import { epsilon, expectClose, roundings } from "./op-table/compare.ts";
import {
  apply,
  drawOperand,
  drawOperands,
  dtypeOfOperand,
  evaluate,
  isDifferentiable,
  randomFrom,
  type Row,
  rows,
} from "./op-table/rows.ts";

/**
 * Elementwise functions are within 4 units in the last place in float32 and 10⁻¹⁴ relative in float64; the reference
 * itself is within half a unit. Everything else adds up a few dozen numbers.
 */
const toleranceOf = (row: Row, expected: Tensor): number | ((value: number) => number) => {
  if (!isFloating(expected.dtype)) return 0;
  if (row.primitive.kind !== "elementwise") return roundings(expected);
  const relative = expected.dtype === "float64" ? 1e-14 : 4.5 * epsilon.float32;
  return (value) => relative * Math.abs(value) + Number.MIN_VALUE;
};

const draw = (tensors: readonly Tensor[], seed: string): Tensor[] => {
  const random = randomFrom(seed);
  return tensors.map(({ shape, dtype }) => drawOperand({ shape, low: -1, high: 1 }, dtype, random));
};

describe.each(targetNames)("%s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  /** What the reference gives for a function of tensors. */
  const byReference = <T>(compute: () => T): T => {
    setTarget("reference");
    try {
      return compute();
    } finally {
      setTarget(target);
    }
  };

  describe("operations and compiled operations", () => {
    test.each(rows)("$id", (row) => {
      const operands = drawOperands(row, "target");
      const single = apply(row)(...operands);
      const compiled = jit(apply(row))(...operands);
      evaluate(row, operands).forEach((expected, i) => {
        const tolerance = toleranceOf(row, expected);
        expectClose(single[i]!, expected, tolerance, "operation");
        expectClose(compiled[i]!, expected, tolerance, "compiled");
      });
    });
  });

  describe("compiled derivatives", () => {
    test.each(rows.filter(isDifferentiable))("$id", (row) => {
      const operands = drawOperands(row, "target");
      const directions = draw(operands, `${row.id} directions`);
      const cotangents = draw(evaluate(row, operands), `${row.id} cotangents`);
      const forward = (...given: Tensor[]): Tensor[] => jvp(apply(row), given, directions)[1];
      const reverse = (...given: Tensor[]): Tensor[] => vjp(apply(row), ...given)[1](cotangents);
      for (const derivative of [forward, reverse]) {
        const expected = byReference(() => derivative(...operands));
        const actual = jit(derivative)(...operands);
        expected.forEach((tensor, i) =>
          expectClose(actual[i]!, tensor, roundings(tensor), derivative === forward ? "jvp" : "vjp"),
        );
      }
    });
  });

  describe("compiled batches", () => {
    test.each(rows.filter(({ sample }) => sample.operands.length > 0))("$id", (row) => {
      const random = randomFrom(`${row.id} target batch`);
      const operands = row.sample.operands.map((operand) =>
        drawOperand(operand, dtypeOfOperand(row, operand), random, [3]),
      );
      const expected = byReference(() => vmap(apply(row))(...operands));
      const actual = jit(vmap(apply(row)))(...operands);
      expected.forEach((tensor, i) => expectClose(actual[i]!, tensor, toleranceOf(row, tensor), "batch"));
    });
  });
});
