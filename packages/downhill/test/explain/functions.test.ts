/** Derivations of functions in code, and what is refused. */
import {
  ArgumentError,
  equal,
  erfinv,
  greater,
  hessian,
  mul,
  sigmoid,
  sqrt,
  stopGradient,
  tensor,
  type Tensor,
  where,
} from "downhill";
import { derive } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import { expect, test } from "vitest";

const results = (f: (...args: Tensor[]) => Tensor, variables?: readonly string[]): string[] => {
  const { partials, check } = derive(f, variables === undefined ? {} : { variables });
  expect(check.agrees).toBe(true);
  return partials.map(({ result }) => result.text);
};

test("functions of scalars, with names or without", () => {
  expect(results((w, x) => w.mul(x).sub(1).square(), ["w", "x"])).toEqual(["2x(w x − 1)", "2w(w x − 1)"]);
  expect(results((x) => x.square())).toEqual(["2x"]);
  expect(results((a, b) => a.mul(b))).toEqual(["x₂", "x₁"]);
});

test("loops, repeated parts, captured numbers and other dtypes", () => {
  const power = (x: Tensor): Tensor => {
    let product = x;
    for (let i = 0; i < 4; i++) product = product.mul(x);
    return product;
  };
  expect(results(power)).toEqual(["5x⁴"]);
  const half = tensor(0.5);
  expect(results((x) => mul(half, x.square()))).toEqual(["x"]);
  expect(results((x) => x.astype("float32").astype("float64").square())).toEqual(["2x"]);
  const shared = (x: Tensor): Tensor => x.exp().mul(x.exp());
  expect(derive(shared).steps.map(({ definition }) => definition.text)).toEqual(["e^x", "u₁²"]);
});

test("programs of thousands of steps", () => {
  const decay = (x: Tensor): Tensor => {
    let value = x;
    for (let i = 0; i < 3000; i++) value = value.mul(0.999).add(1);
    return value;
  };
  const { steps, partials, check } = derive(decay);
  expect(steps.length).toBe(6000);
  expect(partials[0]!.pathCount).toBe(1);
  expect(partials[0]!.paths).toBeUndefined();
  expect(partials[0]!.evaluate({ x: 1 }).item() / 0.999 ** 3000).toBeCloseTo(1, 12);
  expect(check.agrees).toBe(true);
  // Each step squares the last: 2^40 paths.
  const towers = (x: Tensor): Tensor => {
    let value = x;
    for (let i = 0; i < 40; i++) value = value.mul(value).sub(1);
    return value;
  };
  expect(derive(towers).check.agrees).toBe(true);
});

test("choices, kinks and stopped derivatives", () => {
  expect(results((x) => where(greater(x, 1), x.square(), x.mul(3)))).toEqual(["2x [x > 1] + 3[x ≤ 1]"]);
  expect(results((x) => x.mul(stopGradient(x.exp())))).toEqual(["stop(e^x)"]);
  // A number made of a condition has no slope.
  expect(results((x, y) => mul(greater(x, 0).astype("float64"), y), ["x", "y"])).toEqual(["0", "[x > 0]"]);
  expect(results((x) => erfinv(x))).toEqual(["√π e^(erf⁻¹(x)²)/2"]);
  const safeRoot = (x: Tensor): Tensor => where(equal(x, 0), 0, sqrt(where(equal(x, 0), 1, x)));
  const { partials, steps } = derive(safeRoot);
  expect(partials[0]!.result.text).toBe("1/(2√x)");
  expect(
    steps.at(-1)!.slopes[0]!.exceptions.map(({ condition, slope }) => [condition.text, slope.text]),
  ).toEqual([["x = 0", "0"]]);
});

test("what is derived is a function of the engine again", () => {
  const f = (w: Tensor, b: Tensor): Tensor => sigmoid(w.mul(2).add(b));
  const { partials, higher } = derive(f, { variables: ["w", "b"], order: 2 });
  const at = { w: 0.3, b: -0.2 };
  const slope = (w: Tensor): Tensor => partials[0]!.evaluate({ w, b: at.b });
  const curvature = hessian((w: Tensor) => f(w, tensor(at.b, { dtype: "float64" })));
  const w = tensor(at.w, { dtype: "float64" });
  expect(higher[0]!.evaluate(at).item()).toBeCloseTo(curvature(w).item(), 14);
  expect(slope(w).item()).toBeCloseTo(
    2 * sigmoid(w.mul(2).add(at.b)).item() * (1 - f(w, tensor(at.b)).item()),
    6,
  );
});

test("constants, and variables by themselves", () => {
  expect(derive(parseFormula("3")).partials).toEqual([]);
  expect(results((x) => x)).toEqual(["1"]);
  expect(results((x) => x.sub(x))).toEqual(["0"]);
  const { partials } = derive(parseFormula("x + 2*y"), { wrt: ["y"] });
  expect(partials.map(({ result }) => result.text)).toEqual(["2"]);
  expect(derive((x, y) => x.mul(2).add(mul(y, 0)), { variables: ["x", "y"] }).partials[1]!.result.text).toBe(
    "0",
  );
});

test("a point at which the slope is not finite is told as it is", () => {
  const { partials, check } = derive(parseFormula("sqrt(x)"), { at: { x: 0 } });
  expect(partials[0]!.numbers!.slope).toBe(Infinity);
  expect(partials[0]!.sentence).toBe("x up by 0.01: the slope here is ∞, so no step can be told from it");
  expect(check).toMatchObject({ agrees: true, includesGiven: false });
  expect(derive(parseFormula("x^2"), { at: { x: 0 } }).partials[0]!.sentence).toBe(
    "x up by 0.01 → f stays about the same (in fact by 0.0001): at this point x makes no difference",
  );
});

test("functions that are defined nowhere are not said to be checked", () => {
  const { check } = derive(parseFormula("log(-1 - x^2)"));
  expect(check).toMatchObject({ points: 0, agrees: false });
});

test.each<[string, () => unknown, string]>([
  [
    "an unknown variable",
    () => derive(parseFormula("x*y"), { wrt: ["z"] }),
    "derive: z is no variable of the function; it has x, y",
  ],
  [
    "a missing value",
    () => derive(parseFormula("x*y"), { at: { x: 1 } }),
    "derive: no value for y; give one for each variable",
  ],
  [
    "a value too many",
    () => derive(parseFormula("x"), { at: { x: 1, z: 1 } }),
    "derive: a value for z, which is no variable of the function",
  ],
  ["order 0", () => derive(parseFormula("x"), { order: 0 }), "derive: order 0; write a whole number from 1"],
  [
    "a name twice",
    () => derive((x, y) => x.mul(y), { variables: ["x", "x"] }),
    "derive: variables x, x: a name stands there twice",
  ],
])("refuses %s", (_, call, message) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
});
