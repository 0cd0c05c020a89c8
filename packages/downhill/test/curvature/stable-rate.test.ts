/** The border of the learning rate, by experiment: just below it descent arrives, just above it runs away. */
import { jit, optim, random, type Tensor, valueAndGrad } from "downhill";
import { sharpness, stableRate, type StepRule } from "downhill/explain";
import { describe, expect, test } from "vitest";
import { flat } from "./dense.ts";
import {
  logistic,
  type LogisticParameters,
  matrix,
  normals,
  quadratic,
  vector,
  withEigenvalues,
} from "./problems.ts";

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

/** Distances from `minimum` along a descent from `start`: before the first step and after each. */
const distances = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  minimum: P,
  optimizer: optim.Optimizer,
  steps: number,
): number[] => {
  const goal = flat(minimum);
  const away = (params: P): number => Math.hypot(...flat(params).map((x, i) => x - goal[i]!));
  const step = jit((params: P, state: optim.OptimizerState) => {
    const [, gradient] = (valueAndGrad as (g: (p: P) => Tensor) => (p: P) => [Tensor, P])(f)(params);
    const [updates, next] = optimizer.update(gradient, state, params);
    return { params: optim.applyUpdates(params, updates), state: next };
  }) as (params: P, state: optim.OptimizerState) => { params: P; state: optim.OptimizerState };
  let [params, state] = [start, optimizer.init(start)];
  const path = [away(params)];
  for (let i = 0; i < steps; i++) {
    ({ params, state } = step(params, state));
    path.push(away(params));
  }
  return path;
};

/** Curvatures from 0.2 to 20 times a scale that differs between problems. */
const randomQuadratic = (seed: number) => {
  const scale = 10 ** ((seed % 5) - 2);
  const draws = [...random.uniform(random.key(seed), [6], { dtype: "float64" }).data];
  const eigenvalues = draws.map((x) => scale * 0.2 * 100 ** x);
  const f = quadratic(withEigenvalues(eigenvalues, seed));
  return { f, start: vector(normals(100 + seed, 6)), minimum: vector(new Array<number>(6).fill(0)) };
};

const rules: Readonly<Record<string, StepRule>> = {
  "gradient descent": {},
  "momentum 0.9": { momentum: 0.9 },
  "momentum 0.5": { momentum: 0.5 },
  "nesterov 0.9": { momentum: 0.9, nesterov: true },
  "nesterov 0.3": { momentum: 0.3, nesterov: true },
};

describe.each(Object.entries(rules))("%s on quadratics", (_, rule) => {
  test.each(seeds)("problem %i", (seed) => {
    const { f, start, minimum } = randomQuadratic(seed);
    const border = stableRate(sharpness(f, start), rule);
    const path = (share: number, steps: number): number[] =>
      distances(f, start, minimum, optim.sgd({ learningRate: share * border, ...rule }), steps);
    // The flattest of the curvatures is about a hundredth of the sharpest: its error shrinks by about 1 − 0.02 at each
    // step, to e⁻¹⁶ in 800.
    const below = path(0.95, 800);
    expect(below.at(-1)!).toBeLessThan(1e-3 * below[0]!);
    const above = path(1.05, 800);
    expect(above.at(-1)!).toBeGreaterThan(1e3 * above[0]!);
  });
});

/** Noisy labels of random rows, so that the minimum lies at finite weights. */
const randomLogistic = (seed: number) => {
  const [rows, columns] = [60, 3];
  const scales = normals(200 + seed, columns).map((x) => Math.exp(x / 2));
  const X = Array.from({ length: rows }, (_, i) =>
    normals(1000 * seed + i, columns).map((x, column) => x * scales[column]!),
  );
  const weights = normals(300 + seed, columns);
  const chances = [...random.uniform(random.key(seed), [rows], { dtype: "float64" }).data];
  const y = X.map((row, i) => {
    const z = row.reduce((sum, x, column) => sum + x * weights[column]!, 0);
    return Number(chances[i]! < 1 / (1 + Math.exp(-z)));
  });
  return logistic(matrix(X), vector(y), 0.02);
};

describe("gradient descent on logistic regressions", () => {
  test.each(seeds)("problem %i", (seed) => {
    const f = randomLogistic(seed);
    const { params: minimum } = optim.minimize(
      f,
      { w: vector([0, 0, 0]), b: vector([0]).reshape() },
      { tolerance: 1e-10 },
    );
    const border = stableRate(sharpness(f, minimum));
    // The border is that of the quadratic which the loss resembles near its minimum, so that is where to start. (Further
    // away the log loss curves less: steps above the border leave the minimum, but only until they meet the flatter
    // slopes, between which they go to and fro for ever. That is the divergence of a loss that grows no faster than its
    // arguments: it does not settle, and does not reach infinity either.)
    const offset = normals(400 + seed, 4).map((x) => 1e-4 * x);
    const start: LogisticParameters = {
      w: minimum.w.add(vector(offset.slice(1))),
      b: minimum.b.add(offset[0]!),
    };
    const path = (share: number): number[] =>
      distances(f, start, minimum, optim.sgd({ learningRate: share * border }), 1200);
    const below = path(0.95);
    expect(below.at(-1)!).toBeLessThan(1e-3 * below[0]!);
    const above = path(1.05);
    // It has left and never comes back.
    expect(Math.min(...above.slice(-50))).toBeGreaterThan(100 * above[0]!);
  });
});

test("without upward curvature there is no border", () => {
  expect(stableRate(0)).toBe(Infinity);
  expect(stableRate(-3, { momentum: 0.9 })).toBe(Infinity);
  expect(stableRate(NaN)).toBeNaN();
  expect(stableRate(4)).toBe(0.5);
  expect(stableRate(4, { momentum: 0.5 })).toBe(0.75);
  expect(stableRate(4, { momentum: 0.5, nesterov: true })).toBe(0.375);
});
