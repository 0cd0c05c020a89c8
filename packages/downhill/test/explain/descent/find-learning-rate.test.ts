/** The range test: its curve, what it recommends, and that it pays to follow. */
import { jit, nn, optim, random, tanh, tensor, type Tensor, valueAndGrad } from "downhill";
import { type FindLearningRateOptions, findLearningRate, sharpness } from "downhill/explain";
import { describe, expect, test } from "vitest";
import { lowestPoint, rangeTest } from "../../../src/optim/range-test.ts";
import { readTable } from "../../learn/tables.ts";

interface Rows {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** The digits in mini-batches of 64, mixed. */
const digits = (): Rows[] => {
  const { X, y } = readTable("digits", { preprocessing: "standardise" });
  const order = [...random.permutation(random.key(1), X.length).data];
  return Array.from({ length: Math.floor(X.length / 64) }, (_, i) => {
    const rows = order.slice(64 * i, 64 * (i + 1));
    return {
      X: tensor(rows.map((row) => X[row]!)),
      y: tensor(Int32Array.from(rows, (row) => Number(y[row]))),
    };
  });
};
const network = nn.mlp([64, 16, 10], { activation: tanh });
const loss = (params: nn.MlpParams, { X, y }: Rows): Tensor =>
  nn.softmaxCrossEntropy(network.apply(params, X), y);

/** The mean loss after an epoch or two. */
const lossAfterTraining = (batches: readonly Rows[], optimizer: optim.Optimizer, epochs: number): number => {
  const slope = valueAndGrad(loss);
  const step = jit((params: nn.MlpParams, state: optim.OptimizerState, rows: Rows) => {
    const [, gradient] = slope(params, rows);
    const [updates, next] = optimizer.update(gradient, state, params);
    return { params: optim.applyUpdates(params, updates), state: next };
  });
  let params = network.init(random.key(2));
  let state = optimizer.init(params);
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const rows of batches) ({ params, state } = step(params, state, rows));
  return batches.reduce((sum, rows) => sum + loss(params, rows).item(), 0) / batches.length;
};

describe("on mini-batches of digits", () => {
  const batches = digits();
  const params = network.init(random.key(2));
  test.each([
    ["gd", (learningRate: number) => optim.sgd({ learningRate })],
    ["momentum", (learningRate: number) => optim.momentum({ learningRate })],
    ["adam", (learningRate: number) => optim.adam({ learningRate })],
  ] as const)("%s", (optimizer, make) => {
    const found = findLearningRate(loss, params, { batches, optimizer });
    const { learningRate, points, bottom, steepest, start, reason } = found;
    expect(start).toBeCloseTo(loss(params, batches[0]!).item(), 5);
    expect(points[0]!.rate).toBe(1e-6);
    // Each rate is the same factor above the one before: seven powers of ten in 99 steps.
    points
      .slice(1)
      .forEach(({ rate }, i) => expect(Math.log10(rate / points[i]!.rate)).toBeCloseTo(7 / 99, 10));
    for (const { smoothed } of points) expect(smoothed).toBeGreaterThanOrEqual(bottom.smoothed);
    expect(learningRate).toBeCloseTo(bottom.rate / 10, 2);
    expect(steepest!.rate).toBeLessThan(bottom.rate);
    expect(reason).toMatch(/^a tenth of \S+, where the loss was lowest; it fell fastest at \S+/);
    // Compared with other rates, powers of ten apart, the recommended one is among the best.
    const after = (rate: number): number => lossAfterTraining(batches, make(rate), 2);
    const others = [1e-3, 1e-2, 1e-1, 1, 10].map(after).filter(Number.isFinite);
    expect(after(learningRate)).toBeLessThan(Math.min(...others) + 0.15 * start);
    expect(others.filter((other) => other < after(learningRate)).length).toBeLessThanOrEqual(1);
  });

  test("the border is that of all batches together", () => {
    const {
      sharpness: found,
      stableRate,
      reason,
    } = findLearningRate(loss, params, { batches: batches.slice(0, 3) });
    const mean = (at: nn.MlpParams): Tensor =>
      batches
        .slice(0, 3)
        .map((rows) => loss(at, rows).div(3))
        .reduce((a, b) => a.add(b));
    // The tolerance of the search is 1e-3, of which the eigenvalue has the square.
    expect(found / sharpness(mean, params)).toBeCloseTo(1, 4);
    expect(stableRate).toBe(2 / found);
    expect(reason).toMatch(/% of the border \S+ at the start \(2\/λmax, λmax = /);
  });
});

const bowl = ({ x, y }: { x: Tensor; y: Tensor }): Tensor => x.square().add(y.square().mul(2));

test("without batches: a function of the parameters, whose loss runs away shortly above the border", () => {
  const { learningRate, points, bottom, stableRate } = findLearningRate(bowl, { x: -1.5, y: 2 });
  expect(stableRate).toBeCloseTo(0.5, 12);
  expect(points.at(-1)!.rate).toBeGreaterThan(0.5);
  expect(points.at(-1)!.rate).toBeLessThan(10);
  expect(bottom.rate).toBeLessThan(1);
  expect(learningRate).toBe(Number((bottom.rate / 10).toPrecision(2)));
  points.forEach(({ loss: value, smoothed }) => expect(smoothed).toBeCloseTo(value, 12));
});

test("what is still falling at the highest rate is said to be", () => {
  const { reason } = findLearningRate(bowl, { x: 1, y: 1 }, { highest: 1e-3 });
  expect(reason).toMatch(/^a tenth of 0.001, the highest rate tried, at which the loss still fell/);
});

test("rates above the border at the start are explained", () => {
  // exp(−x) gets flatter the further one goes.
  const { reason, learningRate } = findLearningRate((x) => x.neg().exp(), -3, { highest: 100 });
  expect(learningRate).toBeGreaterThan(0.2);
  expect(reason).toMatch(
    /it is above the border 0.0996 at the start .*, which the loss bore because it got flatter on the way$/,
  );
});

test("calls that make no sense say what to write instead", () => {
  const at = { x: 1, y: 1 };
  const call = (options: FindLearningRateOptions<undefined>) => () => findLearningRate(bowl, at, options);
  expect(call({ lowest: 1, highest: 0.1 })).toThrow(/rates from 1 to 0.1; write 0 < lowest < highest/);
  expect(call({ trials: 3 })).toThrow(/trials is 3; write a whole number from 10/);
  expect(call({ smoothing: 1 })).toThrow(/smoothing is 1; write a number from 0 and below 1/);
  expect(call({ optimizer: "lbfgs" })).toThrow(/\(lbfgs\) brings its own rate/);
  expect(call({ batches: [] })).toThrow(/batches is empty/);
  expect(() => findLearningRate((x) => x.log(), -1)).toThrow(/the loss at the start is NaN; start elsewhere/);
  expect(() => findLearningRate(bowl, { x: 0, y: 0 })).toThrow(
    /no rate from .* lowered the loss, which is 0 at the start/,
  );
});

describe("the core", () => {
  /** Losses by trial, whatever the rate. */
  const scripted = (losses: readonly number[]) => {
    let next = 0;
    return () => losses[next++]!;
  };

  test("pairs each rate with the loss that its step led to", () => {
    const { start, points, isLost } = rangeTest(scripted([5, 4, 3, 2]), {
      lowest: 0.01,
      highest: 1,
      trials: 3,
    });
    expect(start).toBe(5);
    expect(points.map(({ loss: value }) => value)).toEqual([4, 3, 2]);
    points.forEach(({ rate }, i) => expect(rate).toBeCloseTo(10 ** (i - 2), 12));
    expect(isLost).toBe(false);
  });

  test("smooths by an average that owes nothing to its beginning", () => {
    const { points } = rangeTest(scripted([3, 3, 3, 3]), { trials: 3, smoothing: 0.9 });
    points.forEach(({ smoothed }) => expect(smoothed).toBeCloseTo(3, 12));
    const { points: two } = rangeTest(scripted([1, 4]), { trials: 1, smoothing: 0.5 });
    // (0.25·1 + 0.5·4) / 0.75.
    expect(two[0]!.smoothed).toBeCloseTo(3, 12);
  });

  test("ends when the loss runs away or is no number, but not for rounding next to nothing, nor below 0", () => {
    expect(rangeTest(scripted([2, 1, 5, 9]), { trials: 3 }).points).toHaveLength(2);
    expect(rangeTest(scripted([2, 1, NaN, 9]), { trials: 3 }).isLost).toBe(true);
    expect(rangeTest(scripted([2, 1e-20, 1e-17, 1e-19]), { trials: 3 }).isLost).toBe(false);
    expect(rangeTest(scripted([-1, -2, -3, -2.5]), { trials: 3 }).isLost).toBe(false);
    expect(rangeTest(scripted([-1, -2, -3, 7]), { trials: 3 }).isLost).toBe(true);
    expect(rangeTest(scripted([NaN]), { trials: 3 })).toEqual({ start: NaN, points: [], isLost: true });
  });

  test("has no lowest point where nothing is lower than the start", () => {
    expect(lowestPoint(rangeTest(scripted([1, 1, 2, 3]), { trials: 3 }))).toBeUndefined();
    expect(lowestPoint(rangeTest(scripted([3, 2, 1, 2]), { trials: 3 }))!.loss).toBe(1);
  });
});
