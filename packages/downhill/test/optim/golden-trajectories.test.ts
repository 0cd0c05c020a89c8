/** Every optimizer step by step as PyTorch and optax take them. */
import { jit, optim, setTarget, targetNames, tensor, type Tensor, valueAndGrad } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { optimizers } from "./golden-optimizers.ts";
import { lossOf, problems, type Trajectory, trajectories } from "./golden-problems.ts";

const vector = (values: readonly number[]): Tensor => tensor(Float64Array.from(values));

/** Fails where a parameter or a loss is further away than rounding, magnified along the way, can bring it. */
const expectTrajectory = (
  { id, growth = 10, parameters, loss }: Trajectory,
  at: (step: number) => { readonly params: Tensor; readonly value: number },
): void => {
  const expectClose = (actual: number, expected: number, what: string): void => {
    const tolerance = 1e-12 * growth * Math.max(1, Math.abs(expected));
    if (!(Math.abs(actual - expected) <= tolerance))
      throw new Error(`${id}: ${what} is ${actual}, expected ${expected} ± ${tolerance}`);
  };
  for (const [step, expected] of Object.entries(parameters)) {
    const { params, value } = at(Number(step));
    expected.forEach((p, i) => expectClose(params.data[i]!, p, `parameter ${i} after step ${step}`));
    expectClose(value, loss[step]!, `loss after step ${step}`);
  }
};

const firstOrder = trajectories.filter(({ algorithm }) => algorithm !== "lbfgs");
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
    const f = lossOf(trajectory.problem);
    const optimizer = optimizers[trajectory.convention]!(trajectory.hyperparameters);
    const step = jit((params: Tensor, state: optim.OptimizerState) => {
      const [value, gradient] = valueAndGrad(f)(params);
      const [updates, next] = optimizer.update(gradient, state, params);
      return { value, params: optim.applyUpdates(params, updates), state: next };
    });
    let params = vector(problems[trajectory.problem]!.start);
    let state = optimizer.init(params);
    const path: { params: Tensor; value: number }[] = [];
    for (let i = 0; i <= 50; i++) {
      const result = step(params, state);
      path.push({ params, value: result.value.item() });
      ({ params, state } = result);
    }
    expectTrajectory(trajectory, (i) => path[i]!);
  });

  test.each(fixedStep)("$id", (trajectory) => {
    const { history_size, lr } = trajectory.hyperparameters;
    const path: { params: Tensor; value: number }[] = [];
    optim.minimize(lossOf(trajectory.problem), vector(problems[trajectory.problem]!.start), {
      method: optim.lbfgs({ memorySize: history_size!, learningRate: lr!, lineSearch: "fixed" }),
      maxSteps: 50,
      tolerance: 0,
      callback: ({ params, value }) => void path.push({ params, value }),
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
