/** Second and third derivatives of every primitive: each against differences of the one below it, in float64. */
import { grad, jvp, type Tensor } from "downhill";
import { describe, test } from "vitest";
import { expectClose, magnitude } from "./op-table/compare.ts";
import { centralDifference, differenceTolerance } from "./op-table/differences.ts";
import {
  apply,
  drawOperand,
  drawOperands,
  floatingOperands,
  isDifferentiable,
  randomFrom,
  type Row,
  rows,
} from "./op-table/rows.ts";

/** Reports the slope 0 though it has another: differences cannot agree. */
const withoutSlope = new Set(["stopGradient"]);

const differentiable = rows.filter(
  (row) =>
    row.dtype === "float64" &&
    isDifferentiable(row) &&
    !withoutSlope.has(row.primitive.name) &&
    // Differences of a float32 result measure its rounding.
    row.primitive
      .types(drawOperands(row, "types"), row.sample.params)
      .every(({ dtype }) => dtype === "float64"),
);

type Operation = (...operands: Tensor[]) => Tensor[];

/** The operation as a function of its float operands alone, at operands drawn for the row. */
const ofFloats = (row: Row): { f: Operation; operands: Tensor[]; directions: Tensor[][] } => {
  const all = drawOperands(row, "higher");
  const isFloat = floatingOperands(row);
  const operands = all.filter((_, i) => isFloat[i]);
  const random = randomFrom(`${row.id} higher directions`);
  const f: Operation = (...given) => {
    let next = 0;
    return apply(row)(...all.map((operand, i) => (isFloat[i] ? given[next++]! : operand)));
  };
  const directions = [1, 2, 3].map(() =>
    operands.map(({ shape }) => drawOperand({ shape, low: -1, high: 1 }, "float64", random)),
  );
  return { f, operands, directions };
};

const along =
  (f: Operation, direction: readonly Tensor[]): Operation =>
  (...operands) =>
    jvp(f, operands, [...direction])[1];

/** Every derivative against differences of the function of which it is the derivative. */
const expectDerivative = (
  derivative: readonly Tensor[],
  f: Operation,
  operands: readonly Tensor[],
  direction: readonly Tensor[],
  what: string,
): void => {
  const values = f(...operands);
  const differences = centralDifference(f, operands, direction);
  differences.forEach((difference, i) => {
    const scale = Math.max(1, magnitude(values[i]!), magnitude(difference));
    expectClose(derivative[i]!, difference, differenceTolerance * scale, what);
  });
};

describe("forward over forward, and once more", () => {
  test.each(differentiable)("$id", (row) => {
    const { f, operands, directions } = ofFloats(row);
    const first = along(f, directions[0]!);
    const second = along(first, directions[1]!);
    const third = along(second, directions[2]!);
    expectDerivative(second(...operands), first, operands, directions[1]!, "second derivative");
    expectDerivative(third(...operands), second, operands, directions[2]!, "third derivative");
  });
});

describe("reverse over reverse, and once more", () => {
  test.each(differentiable)("$id", (row) => {
    const { f, operands, directions } = ofFloats(row);
    const argnums = operands.map((_, i) => i);
    // Squared, so that linear operations are met twice as well.
    const loss = (...given: Tensor[]): Tensor =>
      f(...given)
        .map((result) => result.square().sum())
        .reduce((sum, term) => sum.add(term));
    const gradient: Operation = (...given) => grad(loss, { argnums })(...given);
    const slopeAlong =
      (g: Operation, direction: readonly Tensor[]) =>
      (...given: Tensor[]): Tensor =>
        g(...given)
          .map((part, i) => part.mul(direction[i]!).sum())
          .reduce((sum, term) => sum.add(term));
    const hessianProduct: Operation = (...given) =>
      grad(slopeAlong(gradient, directions[0]!), { argnums })(...given);
    const third: Operation = (...given) =>
      grad(slopeAlong(hessianProduct, directions[1]!), { argnums })(...given);
    // The Hessian is symmetric: H·v by reverse over reverse is the gradient's derivative along v. So is the third.
    expectDerivative(hessianProduct(...operands), gradient, operands, directions[0]!, "second derivative");
    expectDerivative(third(...operands), hessianProduct, operands, directions[1]!, "third derivative");
    // Forward over reverse is the same product computed otherwise.
    const forward = along(gradient, directions[0]!)(...operands);
    hessianProduct(...operands).forEach((part, i) =>
      expectClose(forward[i]!, part, 1e-11 * Math.max(1, magnitude(part)), "forward over reverse"),
    );
  });
});
