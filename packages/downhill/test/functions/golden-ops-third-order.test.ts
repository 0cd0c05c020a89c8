/** Second and third derivatives of every operation of the golden values: against differences, and on every target. */
import { grad, jit, jvp, type Tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { expectClose, magnitude } from "../primitives/op-table/compare.ts";
import { centralDifference, differenceTolerance } from "../primitives/op-table/differences.ts";
import { drawOperand, randomFrom } from "../primitives/op-table/rows.ts";
import { setTarget, targetNames } from "../targets/targets.ts";
import { operations } from "./golden-ops.ts";

interface Case {
  readonly id: string;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenArray[];
  readonly vjp?: readonly (GoldenArray | null)[];
}

/** Points across which differences tell nothing. */
const withoutDifferences = new Set([
  // The slope jumps.
  ..."abs/special relu/special leaky_relu/slope0.01_at_zero leaky_relu/slope0.2_at_zero clip/at_bounds".split(
    " ",
  ),
  ..."elu/alpha1.0_special elu/alpha0.5_special maximum/ties minimum/ties max/ties max/ties_axis1 min/ties".split(
    " ",
  ),
  ..."sort/ties max_pool2d/ties huber/at_delta hinge/at_margin mae/equal atan2/origin norm/zero_vector".split(
    " ",
  ),
  ..."std/constant_input pow/base_zero pow/base_zero_exponent_zero".split(" "),
  // The value or a derivative is infinite, or there is none beyond.
  ..."log/special log2/special log10/special sqrt/special rsqrt/special reciprocal/special div/by_zero".split(
    " ",
  ),
  ..."asin/special acos/special acosh/special atanh/special exp/special".split(" "),
  // A step is nothing beside the number, or derivatives grow by five digits an order: pole, variance 0 beside 10⁻⁵.
  ..."cos/special tan/special layer_norm/constant_row".split(" "),
]);

const cases = readGolden<{ readonly cases: readonly Case[] }>("ops").cases.filter(
  ({ id, vjp }) => vjp !== undefined && !withoutDifferences.has(id),
);

type Scalars = (...operands: Tensor[]) => Tensor;

/** What is differentiated: Σ c·f over all results, c drawn at random; its operands; and directions to go. */
const problemOf = (given: Case) => {
  const random = randomFrom(`third ${given.id}`);
  const all = given.inputs.map((input) => toTensor(input));
  const isDifferentiated = given.vjp!.map((cotangent) => cotangent !== null);
  const operands = all.filter((_, i) => isDifferentiated[i]);
  const draw = ({ shape }: Tensor): Tensor => drawOperand({ shape, low: -1, high: 1 }, "float64", random);
  const directions = [0, 1, 2].map(() => operands.map(draw));
  const results = [operations[given.op]!(all, given.params)].flat();
  const weights = results.map(draw);
  const f: Scalars = (...moved) => {
    let next = 0;
    const inputs = all.map((input, i) => (isDifferentiated[i] ? moved[next++]! : input));
    return [operations[given.op]!(inputs, given.params)]
      .flat()
      .map((result, i) => result.mul(weights[i]!).sum())
      .reduce((sum, term) => sum.add(term));
  };
  const along =
    (g: Scalars, direction: readonly Tensor[]): Scalars =>
    (...given) =>
      jvp(g, given, [...direction])[1];
  const first = along(f, directions[0]!);
  const second = along(first, directions[1]!);
  /** The third derivative along the first two directions, as a gradient. */
  const third = (...given: Tensor[]): Tensor[] =>
    grad(second, { argnums: operands.map((_, i) => i) })(...given);
  return { operands, directions, first, second, third };
};

describe("against differences", () => {
  test.each(cases)("$id", (given) => {
    const { operands, directions, first, second, third } = problemOf(given);
    const slope = (g: Scalars, direction: readonly Tensor[]): Tensor =>
      centralDifference((...moved) => [g(...moved)], operands, direction)[0]!;
    const check = (value: Tensor, difference: Tensor, lower: Tensor, what: string): void => {
      const scale = Math.max(1, magnitude(lower), magnitude(difference));
      expectClose(value, difference, differenceTolerance * scale, what);
    };
    check(second(...operands), slope(first, directions[1]!), first(...operands), "second derivative");
    const gradient = third(...operands);
    const directed = gradient
      .map((part, i) => part.mul(directions[2]![i]!).sum())
      .reduce((sum, term) => sum.add(term));
    check(directed, slope(second, directions[2]!), second(...operands), "third derivative");
  });
});

describe.each(targetNames.filter((target) => target !== "reference"))("compiled on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  // All of them in one program, since programs take long to compile.
  test("one case of each operation", () => {
    const chosen = cases.filter(({ op }, i) => cases.findIndex((other) => other.op === op) === i);
    expect(chosen.length).toBeGreaterThan(90);
    const problems = chosen.map(problemOf);
    setTarget("reference");
    const expected = problems.map(({ third, operands }) => third(...operands));
    setTarget(target);
    const actual = jit((lists: Tensor[][]) => problems.map(({ third }, i) => third(...lists[i]!)))(
      problems.map(({ operands }) => operands),
    );
    expected.forEach((parts, i) =>
      parts.forEach((part, k) =>
        // The README of the golden values asks for 10⁻⁹ of first derivatives; these are sums of a few more terms.
        expectClose(actual[i]![k]!, part, 1e-9 * Math.max(1, magnitude(part)), chosen[i]!.id),
      ),
    );
  });
});
