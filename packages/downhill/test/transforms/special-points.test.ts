/** Derivatives of any order at points where a rule has a case of its own, in both modes: 0·∞ must not come up. */
import { atan2, grad, jit, jvp, norm, pow, std, tensor, type Tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

type Scalar = (x: Tensor) => Tensor;

const doubles = (values: number | number[]): Tensor => tensor(values, { dtype: "float64" });

/** A function, a point, and the derivatives there, the value first. */
const cases: readonly (readonly [name: string, f: Scalar, at: number, derivatives: readonly number[]])[] = [
  ["x^0", (x) => x.pow(0), 0, [1, 0, 0, 0]],
  ["x^1", (x) => x.pow(1), 0, [0, 1, 0, 0, 0]],
  ["x^2", (x) => x.pow(2), 0, [0, 0, 2, 0, 0, 0]],
  ["x^3", (x) => x.pow(3), 0, [0, 0, 0, 6, 0, 0]],
  ["x^2.5", (x) => x.pow(2.5), 0, [0, 0, 0, Infinity]],
  ["x^2 with an exponent that is computed", (x) => x.pow(x.mul(0).add(2)), 0, [0, 0, 2, 0, 0]],
  ["0^x", (x) => pow(doubles(0), x), 2, [0, 0, 0, 0]],
  ["2^x", (x) => pow(2, x), 0, [1, Math.LN2, Math.LN2 ** 2, Math.LN2 ** 3]],
  // 1, 1, 2, 3, 8, 10, 54: sequence A005727 of the OEIS.
  ["x^x", (x) => x.pow(x), 1, [1, 1, 2, 3, 8, 10]],
  ["|x|", (x) => x.abs(), 0, [0, 0, 0]],
  ["the norm of (x, 2x)", (x) => norm(x.mul(doubles([1, 2]))), 0, [0, 0, 0]],
  ["the deviation of (x, x)", (x) => std(x.mul(doubles([1, 1]))), 0, [0, 0, 0]],
  ["atan2(x, x)", (x) => atan2(x, x), 0, [0, 0, 0]],
];

const reverse: (f: Scalar) => Scalar = (f) => grad(f);
const forward: (f: Scalar) => Scalar = (f) => (x) => jvp(f, [x], [1])[1];
const mixed = (f: Scalar, order: number): Scalar => (order % 2 === 0 ? reverse(f) : forward(f));

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test.each(cases)("%s", (_, f, at, derivatives) => {
    const modes = { reverse, forward, mixed, compiled: (g: Scalar) => jit(reverse(g)) };
    for (const [mode, derivative] of Object.entries(modes)) {
      let g = f;
      derivatives.forEach((expected, order) => {
        if (order > 0) g = derivative(g, order);
        const value = g(doubles(at)).item();
        // As exact as the constants are: derivatives of these functions are short formulas.
        const tolerance = 1e-13 * Math.max(1, Math.abs(expected));
        const agrees = value === expected || Math.abs(value - expected) <= tolerance;
        expect(agrees, `${mode}, order ${order}: ${value}, expected ${expected}`).toBe(true);
      });
    }
  });

  test("mixed partials of x^y do not depend on the order, also at exponent 0 and 1", () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.pow(y);
    for (const [x, y] of [
      [2, 0],
      [2, 1],
      [0.5, 2],
      [3, -1],
    ] as const) {
      // ∂²/∂x∂y x^y = x^(y−1)·(1 + y·ln x)
      const expected = x ** (y - 1) * (1 + y * Math.log(x));
      const xy = grad((a: Tensor, b: Tensor) => grad(f)(a, b), { argnums: 1 })(doubles(x), doubles(y));
      const yx = grad((a: Tensor, b: Tensor) => grad(f, { argnums: 1 })(a, b))(doubles(x), doubles(y));
      expect(xy.item()).toBeCloseTo(expected, 12);
      expect(yx.item()).toBeCloseTo(expected, 12);
    }
  });
});
