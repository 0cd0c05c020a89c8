/** Learning-rate schedules, at every step that the reference values have. */
import { jit, optim, tensor, type Tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schedules as golden } from "./golden-problems.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const { schedules } = optim;

/** Options in the reference values' spelling as they are spelled here: snake_case in camelCase. */
const camelCased = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(part),
    ]),
  );
};

type Kind = Exclude<keyof typeof schedules, "join">;

const scheduleOf = (name: string, parameters: unknown): optim.BuiltSchedule => {
  const options = camelCased(parameters) as { value?: number; cycles?: unknown };
  const argument = options.value ?? options.cycles ?? options;
  const camelName = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as Kind;
  expect(schedules[camelName], name).toBeTypeOf("function");
  return (schedules[camelName] as (options: unknown) => optim.BuiltSchedule)(argument);
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(golden)("$id", ({ schedule: name, parameters, values }) => {
    const rate = scheduleOf(name, parameters);
    const compiled = jit((step: Tensor) => rate(step));
    const single = jit((step: Tensor) => rate(step));
    const largest = Math.max(...values);
    values.forEach((expected, step) => {
      // By number, by traced float64 tensor, by traced int32 tensor.
      expect(Math.abs(rate(step) - expected), `step ${step}`).toBeLessThanOrEqual(1e-13);
      const traced = compiled(tensor(step, { dtype: "float64" }));
      expect(traced.dtype).toBe("float64");
      expect(Math.abs(traced.item() - expected), `traced step ${step}`).toBeLessThanOrEqual(1e-13);
      const float32 = single(tensor(step, { dtype: "int32" }));
      expect(float32.dtype).toBe("float32");
      expect(Math.abs(float32.item() - expected), `step ${step} in float32`).toBeLessThanOrEqual(
        2e-6 * largest,
      );
    });
  });

  test("a rate that a training step is given as a schedule is the schedule's at each step", () => {
    const rate = schedules.warmupCosineDecay({ initValue: 0, peakValue: 1, warmupSteps: 3, decaySteps: 10 });
    const optimizer = optim.sgd({ learningRate: rate });
    let params = tensor([0], { dtype: "float64" });
    let state = optimizer.init(params);
    const step = jit((p: Tensor, s: optim.OptimizerState) => {
      const [updates, next] = optimizer.update(p.mul(0).add(1), s, p);
      return { params: optim.applyUpdates(p, updates), state: next };
    });
    let sum = 0;
    for (let i = 0; i < 12; i++) {
      ({ params, state } = step(params, state));
      sum -= rate(i);
      expect(params.data[0]!).toBeCloseTo(sum, 14);
    }
  });
});

test("a step inside a trace may also be a number", () => {
  const rate = schedules.cosineDecay({ initValue: 1, decaySteps: 10 });
  expect(jit((x: Tensor) => x.mul(rate(5)))(tensor(2)).item()).toBeCloseTo(1, 6);
});

test("the end of a long way down is exact in every dtype", () => {
  const rate = schedules.linearOnecycle({ transitionSteps: 10, peakValue: 1, finalDivFactor: 1e8 });
  const end = 1 / 25 / 1e8;
  expect(rate(10)).toBeCloseTo(end, 24);
  expect(rate(tensor(10, { dtype: "int32" })).item()).toBe(Math.fround(end));
});

test("options that make no schedule are refused", () => {
  expect(() => schedules.linear({ initValue: 1, endValue: 0, transitionSteps: 0 })).toThrow(
    /transitionSteps is 0/,
  );
  expect(() =>
    schedules.warmupCosineDecay({ initValue: 0, peakValue: 1, warmupSteps: 10, decaySteps: 10 }),
  ).toThrow(/decaySteps 10 counts the warm-up/);
  expect(() => schedules.join([schedules.constant(1)], [3])).toThrow(/one boundary between each two/);
  expect(() => schedules.piecewiseConstant({ initValue: 1, boundariesAndScales: { 2.5: 0.1 } })).toThrow(
    /boundary 2.5 is no step/,
  );
});
