/** Curves fitted to data. */
import { arange, exp, stack, sub, tensor, type Tensor } from "downhill";
import { leastSquares } from "downhill/optim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

const float64 = (values: readonly number[] | number): Tensor => tensor(values, { dtype: "float64" });

/** NIST Statistical Reference Datasets, Misra1a: pressure against volume of adsorbed gas. */
const volume = float64([10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78]); // prettier-ignore
const pressure = float64([77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760]); // prettier-ignore
const misra = ({ b1, b2 }: { b1: Tensor; b2: Tensor }): Tensor =>
  volume.sub(b1.mul(sub(1, exp(pressure.mul(b2).neg()))));

/** Brown and Dennis (Moré, Garbow and Hillstrom 1981, problem 16): residuals stay large, and the start is far away. */
const t = arange(1, 21).astype("float64").div(5);
const brownDennis = (p: Tensor): Tensor => {
  const at = (i: number): Tensor => p.take(i);
  const first = at(0)
    .add(t.mul(at(1)))
    .sub(t.exp());
  return first.square().add(at(2).add(at(3).mul(t.sin())).sub(t.cos()).square());
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test("Misra1a: to the certified parameters, from the far start", () => {
    const result = leastSquares(misra, { b1: float64(500), b2: float64(1e-4) });
    // The certified values have 11 digits; SciPy's least_squares(method="lm") takes 25 evaluations.
    expect(result.params.b1.item() / 2.3894212918e2).toBeCloseTo(1, 9);
    expect(result.params.b2.item() / 5.5015643181e-4).toBeCloseTo(1, 9);
    expect((2 * result.value) / 1.2455138894e-1).toBeCloseTo(1, 9);
    expect(result.steps).toBeLessThanOrEqual(30);
  });

  test("Brown and Dennis: SciPy's minimum", () => {
    const result = leastSquares(brownDennis, float64([25, 5, -5, -1]), { tolerance: 2e-3 });
    // SciPy ends at a gradient of 6e-4, where the value, 4e4, does not change in its digits any more.
    expect(result.message).toMatch(/converged after/);
    // scipy 1.17.1, method="lm", tolerances 1e-15.
    expect(result.value / 42911.10081317836).toBeCloseTo(1, 11);
    [-11.5944393437, 13.2036298502, -0.4034394627, 0.2367788125].forEach((p, i) =>
      expect(result.params.data[i]!).toBeCloseTo(p, 5),
    );
  });
});

test("a parabola is at its minimum after few steps, Rosenbrock's valley after some", () => {
  const linear = leastSquares((p: Tensor) => p.sub(float64([1, -2])).mul(float64([3, 0.5])), float64([9, 9]));
  expect(linear.converged).toBe(true);
  expect(linear.params.data[0]).toBeCloseTo(1, 9);
  // Its slope is within 1e-8, its curvature ¼.
  expect(linear.params.data[1]).toBeCloseTo(-2, 7);
  // ½·[(10(y − x²))² + (1 − x)²]
  const rosenbrock = leastSquares(
    (p: Tensor) => stack([p.take(1).sub(p.take(0).square()).mul(10), sub(1, p.take(0))]),
    float64([-1.2, 1]),
  );
  expect(rosenbrock.converged).toBe(true);
  expect(rosenbrock.steps).toBeLessThanOrEqual(40);
  rosenbrock.params.data.forEach((x) => expect(x).toBeCloseTo(1, 8));
});

test("trees of residuals, float32, and few traces", () => {
  let traces = 0;
  const start = { w: tensor([0, 0]), b: tensor(0) };
  const x = tensor([[1, 2], [0.5, -1], [2, 0.3], [-1, 1]]); // prettier-ignore
  const y = tensor([5, -0.5, 3.6, 2]);
  const events: number[] = [];
  const result = leastSquares(
    ({ w, b }: typeof start) => {
      traces++;
      return { data: x.matmul(w).add(b).sub(y), ridge: w.mul(0.1) };
    },
    start,
    { callback: ({ value }) => events.push(value) },
  );
  expect(result.params.w.dtype).toBe("float32");
  expect(result.converged).toBe(true);
  // For values, for residuals, for slopes.
  expect(traces).toBeLessThanOrEqual(3);
  for (let i = 1; i < events.length; i++) expect(events[i]!).toBeLessThanOrEqual(events[i - 1]!);
});

test("stops at a step that is not finite, on request, and says what is missing", () => {
  const far = leastSquares((p: Tensor) => p.log(), float64(-1));
  expect(far.message).toMatch(/start elsewhere/);
  const stopped = leastSquares(misra, { b1: float64(500), b2: float64(1e-4) }, { callback: () => false });
  expect(stopped.message).toMatch(/the callback returned false/);
  expect(() => leastSquares(() => [], float64(1))).toThrow(/no residuals/);
  expect(() => leastSquares((p: Tensor) => p.astype("int32"), float64(1))).toThrow(/return floats/);
  expect(() => leastSquares((p: Tensor) => p, float64(1), { damping: 0 })).toThrow(/a number above 0/);
});
