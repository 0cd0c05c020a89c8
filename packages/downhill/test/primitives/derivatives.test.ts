/** First derivatives of every primitive: forward mode against differences, reverse mode against forward mode. */
import { jvp, type Tensor, vjp } from "downhill";
import { describe, expect, test } from "vitest";
import { isFloating } from "../../src/tensor/dtype.ts";
import { epsilon, expectClose, magnitude } from "./op-table/compare.ts";
import { centralDifference, differenceTolerance, innerProduct } from "./op-table/differences.ts";
import {
  apply,
  drawOperand,
  drawOperands,
  evaluate,
  floatingOperands,
  isDifferentiable,
  randomFrom,
  type Row,
  rows,
} from "./op-table/rows.ts";

/** Primitives that report the slope 0 though they have another: that is what they are for. */
const withoutSlope = new Set(["stopGradient"]);

const differentiable = rows.filter(isDifferentiable);

const drawLike = (tensors: readonly Tensor[], seed: string): Tensor[] => {
  const random = randomFrom(seed);
  return tensors.map(({ shape, dtype }) => drawOperand({ shape, low: -1, high: 1 }, dtype, random));
};

/** A direction for each operand; where an operand has no tangent its entry is ignored by `jvp`. */
const drawDirections = (row: Row, operands: readonly Tensor[]): Tensor[] =>
  drawLike(operands, `${row.id} directions`);

describe("value under jvp and vjp", () => {
  test.each(rows)("$id", (row) => {
    const operands = drawOperands(row, "value");
    const expected = evaluate(row, operands);
    const [dual, tangents] = jvp(apply(row), operands, drawDirections(row, operands));
    // A loop of unknown length has no reverse mode.
    const [value] = row.primitive.name === "while" ? [expected] : vjp(apply(row), ...operands);
    expected.forEach((tensor, i) => {
      expectClose(dual[i]!, tensor, 0, "value under jvp");
      expectClose(value[i]!, tensor, 0, "value under vjp");
      if (isFloating(tensor.dtype)) expect(tangents[i]!.dtype, "tangent").toBe(tensor.dtype);
      expect(tangents[i]!.shape, "tangent").toEqual(tensor.shape);
    });
  });
});

describe("jvp against central differences", () => {
  test.each(differentiable.filter(({ dtype }) => dtype === "float64"))("$id", (row) => {
    const operands = drawOperands(row, "differences");
    const directions = drawDirections(row, operands);
    const [values, tangents] = jvp(apply(row), operands, directions);
    if (withoutSlope.has(row.primitive.name)) {
      for (const tangent of tangents) expect(magnitude(tangent)).toBe(0);
      return;
    }
    const isFloat = floatingOperands(row);
    const differences = centralDifference(
      (...moved) => evaluate(row, moved),
      operands,
      directions.map((direction, i) => (isFloat[i] ? direction : undefined)),
    );
    differences.forEach((difference, i) => {
      const tangent = tangents[i]!;
      // An operation to another float dtype is measured where differences are exact enough: in float64.
      if (values[i]!.dtype !== "float64") return;
      const scale = Math.max(1, magnitude(values[i]!), magnitude(tangent));
      expectClose(tangent, difference, differenceTolerance * scale, "jvp");
    });
  });
});

describe("jvp in float32 against float64", () => {
  test.each(differentiable.filter(({ dtype }) => dtype === "float32"))("$id", (row) => {
    const operands = drawOperands(row, "single");
    const directions = drawDirections(row, operands);
    const widened = (tensors: readonly Tensor[]): Tensor[] =>
      tensors.map((tensor) => (tensor.dtype === "float32" ? tensor.astype("float64") : tensor));
    const [, tangents] = jvp(apply(row), operands, directions);
    const [, exact] = jvp(apply(row), widened(operands), widened(directions));
    exact.forEach((tangent, i) => {
      const scale = Math.max(1, magnitude(tangent));
      // A slope is a handful of float32 operations; a few dozen where tangents are summed.
      expectClose(
        tangents[i]!.astype("float64"),
        tangent.astype("float64"),
        32 * epsilon.float32 * scale,
        "jvp",
      );
    });
  });
});

describe("vjp against jvp", () => {
  test.each(differentiable)("$id", (row) => {
    const operands = drawOperands(row, "adjoint");
    const directions = drawDirections(row, operands);
    const isFloat = floatingOperands(row);
    const [values, tangents] = jvp(apply(row), operands, directions);
    const cotangents = drawLike(values, `${row.id} cotangents`);
    const [, pullback] = vjp(apply(row), ...operands);
    const pulled = pullback(cotangents);
    operands.forEach((operand, i) => {
      expect([pulled[i]!.shape, pulled[i]!.dtype], `cotangent ${i}`).toEqual([operand.shape, operand.dtype]);
    });
    const forward = innerProduct(cotangents, tangents);
    const reverse = innerProduct(
      pulled.filter((_, i) => isFloat[i]),
      directions.filter((_, i) => isFloat[i]),
    );
    // ⟨c, J·v⟩ = ⟨Jᵀ·c, v⟩: sums of as many products as there are elements, each rounded.
    const narrowest = [...values, ...operands].some(({ dtype }) => dtype === "float32")
      ? "float32"
      : "float64";
    const terms = tangents.reduce((sum, { size }) => sum + size, 1);
    const scale = Math.max(1, ...tangents.map(magnitude), ...pulled.map(magnitude));
    expect(Math.abs(forward - reverse)).toBeLessThanOrEqual(8 * terms * epsilon[narrowest] * scale);
  });
});
