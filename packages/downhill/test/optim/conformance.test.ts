/** What every optimizer owes: it reaches minima, keeps dtypes and structure, works under transforms, is compiled once. */
import { grad, jit, optim, tensor, Tensor, valueAndGrad, vmap } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lossOf, problems, rosenbrock } from "./golden-problems.ts";
import { rows } from "./optimizers.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const { cosineDecay } = optim.schedules;

/** A whole step of training, from (params, state) to (params, state). */
const stepOf = <P extends object>(f: (params: P) => Tensor, optimizer: optim.Optimizer) => {
  const slope = valueAndGrad(f as (params: object) => Tensor) as (params: object) => [Tensor, P];
  return (params: P, state: optim.OptimizerState): [P, optim.OptimizerState] => {
    const [value, gradient] = slope(params);
    const [updates, next] = optimizer.update(gradient, state, params, { value });
    return [optim.applyUpdates(params, updates), next];
  };
};

const descend = (f: (params: Tensor) => Tensor, from: Tensor, optimizer: optim.Optimizer, steps: number) => {
  const step = jit(stepOf(f, optimizer));
  let [params, state]: [Tensor, optim.OptimizerState] = [from, optimizer.init(from)];
  for (let i = 0; i < steps; i++) [params, state] = step(params, state);
  return params;
};

/** A tree of both float dtypes. */
interface Mixed {
  readonly weights: Tensor;
  readonly layers: readonly { readonly bias: Tensor }[];
}
const mixed = (): Mixed => ({
  weights: tensor([1, -2, 3]),
  layers: [{ bias: tensor(0.5, { dtype: "float64" }) }],
});
const ofMixed = ({ weights, layers }: Mixed): Tensor =>
  weights.square().sum().add(layers[0]!.bias.sub(2).square());

const close = (actual: Tensor, expected: Tensor, digits: number): void => {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  actual.data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i]!, digits));
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  describe.each(rows)("$name", ({ make, parabola }) => {
    test.each(["float32", "float64"] as const)("finds the lowest point of a parabola in %s", (dtype) => {
      const lowest = tensor([1, 2, 3], { dtype });
      const found = descend(
        (p) => p.sub(lowest).square().sum(),
        tensor([-1, 10, 1], { dtype }),
        make(cosineDecay({ initValue: parabola, decaySteps: 600 })),
        600,
      );
      close(found, lowest, 2);
    });

    test("keeps structure and dtypes, of parameters and of its state", () => {
      const step = stepOf(ofMixed, make(0.1));
      const start = mixed();
      const state = make(0.1).init(start);
      const [params, next] = step(start, state);
      expect(params.weights.dtype).toBe("float32");
      expect(params.layers[0]!.bias.dtype).toBe("float64");
      // Whatever the order of keys, of which trees know nothing.
      const form = (tree: unknown): unknown =>
        tree instanceof Tensor
          ? `${tree.dtype} [${tree.shape.join()}]`
          : tree !== null && typeof tree === "object"
            ? Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, form(part)]))
            : tree;
      expect(form(next)).toEqual(form(state));
      expect(ofMixed(params).item()).toBeLessThan(ofMixed(start).item());
    });

    test("is traced once for all steps, and does the same compiled as not", () => {
      let traces = 0;
      const f = (params: Mixed): Tensor => {
        traces++;
        return ofMixed(params);
      };
      const optimizer = make(0.1);
      const compiled = jit(stepOf(f, optimizer));
      let [params, state] = [mixed(), optimizer.init(mixed())];
      for (let i = 0; i < 6; i++) [params, state] = compiled(params, state);
      expect(traces).toBe(1);
      let [eager, eagerState] = [mixed(), optimizer.init(mixed())];
      for (let i = 0; i < 6; i++) [eager, eagerState] = stepOf(f, optimizer)(eager, eagerState);
      close(params.weights, eager.weights, 5);
      close(params.layers[0]!.bias, eager.layers[0]!.bias, 12);
    });

    test("does to a batch of problems what it does to each", () => {
      const starts = tensor(
        [
          [-1.2, 1],
          [0.5, 2],
          [2, -1],
        ],
        { dtype: "float64" },
      );
      const twoSteps = (start: Tensor): Tensor => {
        const optimizer = make(0.01);
        const step = stepOf(rosenbrock, optimizer);
        const [params, state] = step(start, optimizer.init(start));
        return step(params, state)[0];
      };
      const together = vmap(twoSteps)(starts);
      for (let i = 0; i < 3; i++) close(together.take(i), twoSteps(starts.take(i)), 12);
    });

    test("can be differentiated by its learning rate", () => {
      const start = tensor([1.5, -0.7], { dtype: "float64" });
      const after = (rate: Tensor): Tensor => {
        const optimizer = make(rate);
        const step = stepOf(rosenbrock, optimizer);
        let [params, state]: [Tensor, optim.OptimizerState] = [start, optimizer.init(start)];
        for (let i = 0; i < 3; i++) [params, state] = step(params, state);
        return rosenbrock(params);
      };
      const rate = 1e-4;
      const at = (value: number): number => after(tensor(value, { dtype: "float64" })).item();
      const slope = grad(after)(tensor(rate, { dtype: "float64" })).item();
      const h = 1e-8;
      const difference = (at(rate + h) - at(rate - h)) / (2 * h);
      expect(Math.abs(slope - difference)).toBeLessThanOrEqual(1e-4 * Math.abs(difference));
      expect(slope).toBeLessThan(0);
    });
  });
});

describe("in Rosenbrock's valley", () => {
  // Thousands of steps: once, on the fastest target. That targets agree step by step is tested elsewhere.
  beforeAll(() => setTarget(targetNames.at(-1)!));
  afterAll(() => setTarget("reference"));

  test.each(rows)("$name comes to the lowest point", ({ make, valley }) => {
    const steps = 6000;
    const optimizer = make(cosineDecay({ initValue: valley, decaySteps: steps }));
    const found = descend(rosenbrock, tensor([-1.2, 1], { dtype: "float64" }), optimizer, steps);
    // The floor of the valley lies at 4 where it is entered.
    expect(rosenbrock(found).item()).toBeLessThan(0.01);
  });
});

describe("in a logistic regression", () => {
  beforeAll(() => setTarget("wasm"));
  afterAll(() => setTarget("reference"));

  test.each(rows)("$name comes to the lowest loss", ({ make, parabola, logistic = parabola }) => {
    const { start, minimum, loss_at_start } = problems.logistic!;
    const steps = 600;
    const optimizer = make(cosineDecay({ initValue: logistic, decaySteps: steps }));
    const loss = lossOf("logistic");
    const found = descend(loss, tensor(Float64Array.from(start)), optimizer, steps);
    // A thousandth of what there is to gain.
    expect(loss(found).item() - minimum).toBeLessThan(1e-3 * (loss_at_start - minimum));
  });
});
