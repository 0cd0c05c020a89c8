/** The driver, and L-BFGS under it. */
import { jit, nn, optim, tensor, type Tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rosenbrock } from "./golden-problems.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const vector = (values: readonly number[]): Tensor => tensor(Float64Array.from(values));

/** Reproducible numbers in (−1, 1). */
const numbers = (count: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
};

/** Penalised logistic regression of 60 rows on 8 columns. */
const logistic = (dtype: "float32" | "float64") => {
  const X = tensor(Float64Array.from(numbers(480, 1)), { shape: [60, 8] }).astype(dtype);
  const y = tensor(Float64Array.from(numbers(60, 2), (v) => Number(v > 0))).astype(dtype);
  return ({ w, b }: { w: Tensor; b: Tensor }): Tensor =>
    nn.binaryCrossEntropy(X.matmul(w).add(b), y).add(w.square().sum().mul(0.01));
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test("L-BFGS brings gradients of a convex function to 1e-10 in float64", () => {
    const start = { w: vector(new Array<number>(8).fill(0)), b: tensor(0, { dtype: "float64" }) };
    const result = optim.minimize(logistic("float64"), start, { tolerance: 1e-10 });
    expect(result.converged).toBe(true);
    expect(result.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(result.steps).toBeLessThan(40);
    expect(result.params.w.dtype).toBe("float64");
    expect(result.message).toMatch(/^converged after \d+ steps: gradient \S+ ≤ 1e-10$/);
  });

  test("and to 1e-5 in float32, whose dtype it keeps", () => {
    const start = { w: tensor(new Array<number>(8).fill(0)), b: tensor(0) };
    const result = optim.minimize(logistic("float32"), start, { tolerance: 1e-5 });
    expect(result.converged).toBe(true);
    expect(result.params.w.dtype).toBe("float32");
  });

  test("values never rise under the line search, and history has them all", () => {
    const { history, steps, value } = optim.minimize(rosenbrock, vector([-1.2, 1]));
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: steps + 1 }, (_, i) => i));
    history.slice(1).forEach((point, i) => expect(point.value).toBeLessThan(history[i]!.value));
    expect(history.at(-1)!.value).toBe(value);
    expect(history[0]!.value).toBeCloseTo(24.2, 12);
  });

  test("an ill-scaled quadratic, curvatures from 1e-3 to 1e3, in as many steps as SciPy's L-BFGS-B takes", () => {
    const scales = vector(Array.from({ length: 20 }, (_, i) => 10 ** (-3 + (6 * i) / 19)));
    const results = Array.from({ length: 16 }, (_, i) =>
      optim.minimize((x: Tensor) => x.sub(1).square().mul(scales).sum(), vector(numbers(20, i + 1)), {
        method: optim.lbfgs({ memorySize: 30 }),
        tolerance: 1e-9,
      }),
    );
    for (const { converged, params } of results) {
      expect(converged).toBe(true);
      params.data.forEach((x) => expect(x).toBeCloseTo(1, 5));
    }
    // SciPy 1.17.1 takes 310.6 on average, from the same starts to the same tolerance. Last bits decide whether it is 250
    // or 370 from one of them, there as here; the average of sixteen varies by 7.
    const steps = results.reduce((sum, { steps }) => sum + steps, 0) / results.length;
    expect(steps).toBeLessThan(310.6 + 2 * 7);
  });

  test("an optimizer as the method: each step compiled, the lowest point kept", () => {
    const optimizer = optim.adam({ learningRate: 0.5 });
    const bowl = (x: Tensor): Tensor => x.square().sum();
    const result = optim.minimize(bowl, vector([3, -2]), { method: optimizer, maxSteps: 60 });
    const lowest = Math.min(...result.history.map(({ value }) => value));
    expect(result.value).toBe(lowest);
    expect(bowl(result.params).item()).toBe(lowest);
    expect(result.history.at(-1)!.value).toBeGreaterThan(lowest);
    expect(result.steps).toBe(60);
    expect(result.converged).toBe(false);
    expect(result.message).toMatch(/stopped after 60 steps, the maximum/);
  });

  test("a rate too large is named, and the best point kept", () => {
    const result = optim.minimize((x: Tensor) => x.square().square().sum(), vector([2, 1]), {
      method: optim.sgd({ learningRate: 1 }),
    });
    expect(result.message).toMatch(/the value became (Infinity|NaN).*smaller learning rate/);
    expect(result.value).toBe(17);
    expect([...result.params.data]).toEqual([2, 1]);
  });
});

test("the function is traced once", () => {
  let traces = 0;
  const f = (x: Tensor): Tensor => {
    traces++;
    return x.square().sum();
  };
  optim.minimize(f, vector([3, 4]));
  expect(traces).toBe(1);
  optim.minimize(f, vector([3, 4]), { method: optim.sgd({ learningRate: 0.1 }), maxSteps: 10 });
  expect(traces).toBe(2);
});

test("a start at the minimum takes no step", () => {
  const { steps, converged } = optim.minimize((x: Tensor) => x.square().sum(), vector([0, 0]));
  expect([steps, converged]).toEqual([0, true]);
});

test("where no lower value can be represented it stops and says so", () => {
  const { converged, message, gradientNorm } = optim.minimize(rosenbrock, vector([-1.2, 1]), {
    tolerance: 1e-300,
  });
  expect(converged ? "converged" : message).toMatch(/converged|limit of rounding|gradient is zero/);
  expect(gradientNorm).toBeLessThan(1e-12);
});

test("a slope without a bottom ends at the last step or the first infinite value", () => {
  const { converged, message } = optim.minimize((x: Tensor) => x.exp().sum().neg(), vector([1]));
  expect(converged).toBe(false);
  expect(message).toMatch(/became -?Infinity|maximum|limit of rounding/);
});

test("values that are not numbers are avoided along the way and refused at the start", () => {
  // log x − x has no value left of 0, where the first step leads.
  const f = (x: Tensor): Tensor => x.sub(x.log()).sum();
  expect(optim.minimize(f, vector([40])).params.item()).toBeCloseTo(1, 7);
  expect(optim.minimize(f, vector([-1])).message).toMatch(/the value at the start is NaN/);
});

test("the callback sees every point and can stop", () => {
  const seen: number[] = [];
  const result = optim.minimize(rosenbrock, vector([-1.2, 1]), {
    callback: ({ step, value, params }) => {
      seen.push(step);
      expect(rosenbrock(params).item()).toBeCloseTo(value, 12);
      return step < 3;
    },
  });
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(result.steps).toBe(3);
  expect(result.message).toBe("stopped after 3 steps: the callback returned false");
});

test("a signal stops it, also from a timer if it is asynchronous", async () => {
  const aborted = AbortSignal.abort();
  expect(optim.minimize(rosenbrock, vector([-1.2, 1]), { signal: aborted }).steps).toBe(0);
  const controller = new AbortController();
  const result = await optim.minimizeAsync(rosenbrock, vector([-1.2, 1]), {
    method: optim.sgd({ learningRate: 1e-9 }),
    maxSteps: 1e9,
    signal: controller.signal,
    callback: ({ step }) => {
      // Not from the start on: how long it takes to compile is anyone's guess.
      if (step === 1) setTimeout(() => controller.abort(), 0);
    },
  });
  expect(result.message).toMatch(/the signal was aborted/);
  expect(result.steps).toBeGreaterThan(0);
});

test("step by step, to be left at any time", () => {
  const values: number[] = [];
  for (const { value, step } of optim.minimizeSteps(rosenbrock, vector([-1.2, 1]))) {
    values.push(value);
    if (step === 5) break;
  }
  expect(values).toHaveLength(6);
});

test("it works inside no trace, and says what it wants", () => {
  expect(() => optim.minimize(() => tensor(1), {})).toThrow(/no tensors/);
  expect(() => optim.minimize((x: Tensor) => x, vector([1, 2]))).toThrow(/gradient is of a scalar/);
  expect(() => optim.lbfgs({ memorySize: 0 })).toThrow(/whole number from 1/);
  expect(() =>
    jit((x: Tensor) => optim.minimize((y: Tensor) => y.square().sum(), x).params)(vector([1])),
  ).toThrow(/has no value/);
});
