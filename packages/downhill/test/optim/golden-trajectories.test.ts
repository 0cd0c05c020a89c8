/** Every optimizer step by step as PyTorch and optax take them. */
import { jit, optim, tensor, type Tensor, valueAndGrad } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { optimizers } from "./golden-optimizers.ts";
import {
  elementsOf,
  expectTrajectory,
  functionOf,
  lossOf,
  type Params,
  problems,
  startOf,
  trajectories,
} from "./golden-problems.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const vector = (values: readonly number[]): Tensor => tensor(Float64Array.from(values));

const firstOrder = trajectories.filter(({ convention }) => !convention.startsWith("lbfgs"));
const fixedStep = trajectories.filter(({ convention }) => convention === "lbfgs_fixed_step");
const lineSearch = trajectories.filter(({ compare }) => compare === "final_loss");

test("all update rules are here", () => {
  const named = [...Object.keys(optimizers), "lbfgs_fixed_step", "lbfgs_strong_wolfe", "lbfgs_zoom"];
  expect([...named].sort()).toEqual([...new Set(trajectories.map(({ convention }) => convention))].sort());
});

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(Object.keys(problems))("%s: the function itself", (name) => {
    const { start, loss_at_start, gradient_at_start } = problems[name]!;
    const [value, gradient] = valueAndGrad(lossOf(name))(vector(start));
    expect(value.item()).toBeCloseTo(loss_at_start, 12);
    gradient_at_start.forEach((slope, i) => expect(gradient.data[i]!).toBeCloseTo(slope, 11));
  });

  test.each(firstOrder)("$id", (trajectory) => {
    const slope = valueAndGrad(functionOf(trajectory.problem) as (params: object) => Tensor) as (
      params: Params,
    ) => [Tensor, Params];
    const optimizer = optimizers[trajectory.convention]!(trajectory.hyperparameters);
    const step = jit((params: Params, state: optim.OptimizerState) => {
      const [value, gradient] = slope(params);
      const [updates, next] = optimizer.update(gradient, state, params, { value });
      return { value, params: optim.applyUpdates(params, updates), state: next };
    });
    let params = startOf(trajectory.problem);
    let state = optimizer.init(params);
    const path: { params: ArrayLike<number>; value: number }[] = [];
    for (let i = 0; i <= 50; i++) {
      const result = step(params, state);
      path.push({ params: elementsOf(params), value: result.value.item() });
      ({ params, state } = result);
    }
    expectTrajectory(trajectory, (i) => path[i]!);
  });

  test.each(fixedStep)("$id", (trajectory) => {
    const { history_size, lr } = trajectory.hyperparameters;
    const path: { params: ArrayLike<number>; value: number }[] = [];
    optim.minimize(lossOf(trajectory.problem), vector(problems[trajectory.problem]!.start), {
      method: optim.lbfgs({ memorySize: history_size!, learningRate: lr!, lineSearch: "fixed" }),
      maxSteps: 50,
      tolerance: 0,
      callback: ({ params, value }) => void path.push({ params: params.data, value }),
    });
    expectTrajectory(trajectory, (i) => path[Math.min(i, path.length - 1)]!);
  });

  test.each(lineSearch)("$id", ({ problem, hyperparameters, loss }) => {
    const { value, params } = optim.minimize(lossOf(problem), vector(problems[problem]!.start), {
      method: optim.lbfgs({ memorySize: hyperparameters.history_size! }),
      maxSteps: 50,
      tolerance: 1e-10,
    });
    expect(Math.abs(value - loss["50"]!)).toBeLessThanOrEqual(1e-12);
    problems[problem]!.minimizer.forEach((p, i) => expect(params.data[i]!).toBeCloseTo(p, 8));
  });
});
