/** Newton's method by products with the Hessian. */
import { jit, nn, optim, tensor, type Tensor } from "downhill";
import { newtonCg } from "downhill/optim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lossOf, problems, rosenbrock } from "./golden-problems.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const vector = (values: readonly number[]): Tensor => tensor(Float64Array.from(values));

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(Object.keys(problems))("%s: to the known minimum, in few steps", (name) => {
    const { start, minimizer, minimum } = problems[name]!;
    const result = optim.minimize(lossOf(name), vector(start), { method: newtonCg(), tolerance: 1e-10 });
    expect(result.converged).toBe(true);
    // In Rosenbrock's valley SciPy's Newton-CG takes 85 steps from the same start.
    expect(result.steps).toBeLessThanOrEqual(name === "rosenbrock" ? 85 : 12);
    expect(Math.abs(result.value - minimum)).toBeLessThanOrEqual(1e-12);
    minimizer.forEach((p, i) => expect(result.params.data[i]!).toBeCloseTo(p, 8));
  });
});

test("near the minimum the number of right digits doubles", () => {
  const norms = optim
    .minimize(lossOf("logistic"), vector(problems.logistic!.start), { method: newtonCg(), tolerance: 1e-12 })
    .history.map(({ gradientNorm }) => gradientNorm);
  // Superlinear (Nocedal and Wright 2006, theorem 7.2): the last steps gain more than a factor of 50 each.
  const [before, last] = norms.slice(-2);
  expect(last! / before!).toBeLessThan(0.02);
});

test("trees and float32 are kept", () => {
  const X = tensor([
    [1, 2],
    [-1, 0.5],
    [0.3, -2],
  ]);
  const f = ({ w, b }: { w: Tensor; b: Tensor }): Tensor =>
    nn.binaryCrossEntropy(X.matmul(w).add(b), tensor([1, 0, 1])).add(w.square().sum().mul(0.1));
  const result = optim.minimize(
    f,
    { w: tensor([0, 0]), b: tensor(0) },
    { method: newtonCg(), tolerance: 1e-5 },
  );
  expect(result.converged).toBe(true);
  expect(result.params.w.dtype).toBe("float32");
});

test("where the surface bends down it goes along the gradient", () => {
  // A saddle at 0 with curvature −4 along x.
  const f = (p: Tensor): Tensor => p.square().sub(1).square().sum();
  const { params, value } = optim.minimize(f, vector([0.01, -0.02]), {
    method: newtonCg(),
    tolerance: 1e-10,
  });
  expect(value).toBeLessThan(1e-15);
  params.data.forEach((x) => expect(Math.abs(x)).toBeCloseTo(1, 8));
});

test("the function is traced once for values and once for curvature", () => {
  let traces = 0;
  const f = (x: Tensor): Tensor => {
    traces++;
    return rosenbrock(x);
  };
  optim.minimize(jit(f), vector([-1.2, 1]), { method: newtonCg() });
  expect(traces).toBeLessThanOrEqual(2);
  expect(() => newtonCg({ maxProducts: 0 })).toThrow("write a whole number from 1");
});
