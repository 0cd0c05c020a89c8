/** Curves fitted to data. */
import { arange, exp, stack, sub, tensor, type Tensor } from "downhill";
import { leastSquares } from "downhill/optim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readGolden } from "../golden-helpers/golden.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const float64 = (values: readonly number[] | number): Tensor => tensor(values, { dtype: "float64" });

interface GoldenProblem {
  readonly id: string;
  readonly start: readonly number[];
  readonly data: Readonly<Record<"volume" | "pressure", readonly number[]>>;
  readonly parameters: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}
const golden = readGolden<{ readonly problems: readonly GoldenProblem[] }>("least-squares").problems;
const problem = (name: string): GoldenProblem => golden.find(({ id }) => id === name)!;

/** NIST Statistical Reference Datasets, Misra1a: pressure against volume of adsorbed gas. */
const volume = float64(problem("misra1a").data.volume);
const pressure = float64(problem("misra1a").data.pressure);
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

/** ½·[(10(y − x²))² + (1 − x)²] */
const valley = (p: Tensor): Tensor => stack([p.take(1).sub(p.take(0).square()).mul(10), sub(1, p.take(0))]);

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test("Misra1a: to SciPy's and the certified parameters, from the far start, in no more evaluations", () => {
    const { parameters, value, evaluations } = problem("misra1a");
    const result = leastSquares(misra, { b1: float64(500), b2: float64(1e-4) });
    // The certified values have 11 digits. SciPy, which as we do ends where the sum of squares, known to ε, does not change any
    // more, hence at parameters known to no better than √ε, is 1.7e-10 away from them.
    [[2.3894212918e2, 9], [parameters[0]!, 8]].forEach(([b1, digits]) => expect(result.params.b1.item() / b1!).toBeCloseTo(1, digits)); // prettier-ignore
    [[5.5015643181e-4, 9], [parameters[1]!, 8]].forEach(([b2, digits]) => expect(result.params.b2.item() / b2!).toBeCloseTo(1, digits)); // prettier-ignore
    [1.2455138894e-1 / 2, value].forEach((least) => expect(result.value / least).toBeCloseTo(1, 9));
    expect(result.steps).toBeLessThanOrEqual(evaluations);
  });

  test("Brown and Dennis: SciPy's minimum", () => {
    const { start, parameters, value } = problem("brown and dennis");
    const result = leastSquares(brownDennis, float64(start));
    // The value is 4e4, and does not change in its digits any more where the gradient is 6e-4.
    expect(result.message).toMatch(/converged after/);
    expect(result.value / value).toBeCloseTo(1, 11);
    parameters.forEach((p, i) => expect(result.params.data[i]!).toBeCloseTo(p, 5));
  });

  test.each(["float64", "float32"] as const)("a parabola and Rosenbrock's valley in %s", (dtype) => {
    const lowest = tensor([1, 2, 3], { dtype });
    const parabola = leastSquares((p: Tensor) => p.sub(lowest), tensor([-1, 10, 1], { dtype }));
    expect(parabola.params.dtype).toBe(dtype);
    // float32: a step is as good as the rounding of the parameters, a few 1e-7.
    const digits = dtype === "float64" ? 8 : 5;
    parabola.params.data.forEach((x, i) => expect(x).toBeCloseTo(lowest.data[i]!, digits));
    const { start, evaluations } = problem("rosenbrock");
    const { params, steps } = leastSquares(valley, tensor(start, { dtype }));
    params.data.forEach((x) => expect(x).toBeCloseTo(1, digits));
    expect(steps).toBeLessThanOrEqual(2 * evaluations);
  });
});

test("a long parabola is at its minimum after few steps", () => {
  const linear = leastSquares((p: Tensor) => p.sub(float64([1, -2])).mul(float64([3, 0.5])), float64([9, 9]));
  expect(linear.converged).toBe(true);
  expect(linear.params.data[0]).toBeCloseTo(1, 9);
  // Its slope is within 1e-8, its curvature ¼.
  expect(linear.params.data[1]).toBeCloseTo(-2, 7);
});

describe("converged is said without units", () => {
  const start = { b1: float64(500), b2: float64(1e-4) };
  let plain: ReturnType<typeof leastSquares<typeof start>>;
  beforeAll(() => {
    plain = leastSquares(misra, start);
  });

  // By powers of two, so that every number is the same but for its exponent.
  test.each([2 ** -30, 2 ** 20])("residuals times %d", (unit) => {
    const { converged, steps, params } = leastSquares((p: typeof start) => misra(p).mul(unit), start);
    expect([converged, steps]).toEqual([true, plain.steps]);
    expect(params.b1.item()).toBe(plain.params.b1.item());
  });

  test("a parameter in thousands, the other in millionths", () => {
    const { converged, steps, params } = leastSquares(
      ({ b1, b2 }: typeof start) => misra({ b1: b1.mul(2 ** 10), b2: b2.mul(2 ** -20) }),
      { b1: float64(500 * 2 ** -10), b2: float64(1e-4 * 2 ** 20) },
    );
    expect([converged, steps]).toEqual([true, plain.steps]);
    expect(params.b2.item() * 2 ** -20).toBe(plain.params.b2.item());
  });

  test("each test alone", () => {
    const none = { ftol: 0, xtol: 0, gtol: 0 };
    const by = (tests: object) => leastSquares(misra, start, { ...none, ...tests });
    const [f, x, g] = [by({ ftol: 1e-6 }), by({ xtol: 1e-6 }), by({ gtol: 1e-6 })];
    expect([f.converged, x.converged, g.converged]).toEqual([true, true, true]);
    expect(f.message).toMatch(
      /converged after \d+ steps: the sum of squares changes by a share of .* ≤ 0.000001/,
    );
    expect(x.message).toMatch(/the parameters change by a share of .* ≤ 0.000001/);
    expect(g.message).toMatch(/at right angles to the columns of the Jacobian: cosine .* ≤ 0.000001/);
    // Which of them holds first, or how late, the minimum is the same one.
    for (const { value } of [f, x, g]) expect(value / plain.value).toBeCloseTo(1, 9);
    expect(() => by({ ftol: -1 })).toThrow("leastSquares: ftol -1; write a number from 0");
  });

  test("residuals that vanish, and parameters that are zero", () => {
    const exact = leastSquares((p: Tensor) => p.mul(float64([3, 0.5])).sub(p.square()), float64([0.2, 0.1]));
    expect(exact.converged).toBe(true);
    exact.params.data.forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-12));
    const atOnce = leastSquares((p: Tensor) => p, float64([0, 0]));
    expect([atOnce.converged, atOnce.steps]).toEqual([true, 0]);
  });
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
