/** Linear models trained by stochastic gradient descent: scikit-learn's steps, and the optima of other solvers. */
import { tensor } from "downhill";
import {
  type ClassWeight,
  ElasticNet,
  LogisticRegression,
  Ridge,
  SGDClassifier,
  type SgdClassifierOptions,
  SGDRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import {
  counts,
  distance,
  float64,
  numbers,
  parametersOf,
  table,
  threeClasses,
  twoClasses,
} from "./subjects.ts";

const golden = readGolden<{
  readonly X: GoldenArray;
  readonly numbers: GoldenArray;
  readonly two: readonly number[];
  readonly three: readonly number[];
  readonly meanWeight1: GoldenArray;
  readonly trajectories: readonly {
    readonly model: "SGDRegressor" | "SGDClassifier";
    readonly y: "numbers" | "two" | "three";
    readonly weighted: boolean;
    readonly options: { readonly loss: string; readonly classWeight?: ClassWeight | null };
    readonly coef: GoldenArray;
    readonly intercept: GoldenArray;
    readonly probabilities?: GoldenArray;
  }[];
}>("more-models");

const goldenX = toTensor(golden.X);
const X = float64(table);

/** Four epochs of 60 steps, whose first rates are above 1: they hand roundings on a thousand times larger than they are. */
const rounding = { absolute: 1e-11, relative: 1e-10 };

describe("the steps of scikit-learn, row by row in order", () => {
  test.each(golden.trajectories)("$model $y $options.loss $options.learningRateSchedule", (step) => {
    const options = { ...step.options, shuffle: false, tol: 0, nIterNoChange: 10 };
    const weights = step.weighted ? { sampleWeight: toTensor(golden.meanWeight1) } : {};
    const model =
      step.model === "SGDRegressor"
        ? new SGDRegressor(options as object).fit(goldenX, toTensor(golden.numbers), weights)
        : new SGDClassifier(options as object).fit(goldenX, golden[step.y as "two"], weights);
    expect(model.nIter).toBe(4);
    expectGolden(model.coef, step.coef, "coef", rounding);
    const { intercept } = step;
    expectGolden(model.intercept.reshape(intercept.shape), intercept, "intercept", rounding);
    if (step.probabilities !== undefined)
      expectGolden(
        (model as SGDClassifier).predictProba(goldenX).slice([0, 6]),
        step.probabilities,
        "probabilities",
        rounding,
      );
  });
});

/** Gradient descent on all rows, to rest; curvatures of the table are between 0.5 and 3. */
const toRest = {
  batchSize: null,
  learningRate: 0.3,
  learningRateSchedule: "constant",
  tol: 0,
  // The loss no longer falls long before the last digits of the coefficients have settled.
  nIterNoChange: 2000,
  maxIter: 2000,
} as const;

test("an error of just epsilon has no slope, as in scikit-learn, whose coefficients stay 0", () => {
  // The first step would leave the only place at which no row costs anything, and the loss rose.
  const model = new SGDRegressor({ loss: "epsilonInsensitive", epsilon: 1, penalty: null });
  model.fit([[1], [2], [-1]], [1, -1, 0.5]);
  expect(model.coef.item()).toBe(0);
  expect(model.objectiveValue).toBe(0);
});

describe("the optima of other solvers", () => {
  const regressions = [
    [{ penalty: "l2", alpha: 0.1 }, new Ridge({ alpha: 6 })],
    [{ penalty: "l1", alpha: 0.2 }, new ElasticNet({ alpha: 0.2, l1Ratio: 1, tol: 1e-14 })],
    [
      { penalty: "elasticnet", alpha: 0.3, l1Ratio: 0.6 },
      new ElasticNet({ alpha: 0.3, l1Ratio: 0.6, tol: 1e-14 }),
    ],
  ] as const;
  test.each(regressions)("squared errors %j", (options, other) => {
    const model = new SGDRegressor({ ...toRest, ...options }).fit(X, numbers);
    other.fit(X, numbers);
    // Each step takes a fixed share of what is missing; 2000 of them leave rounding.
    expect(distance(parametersOf(model), parametersOf(other))).toBeLessThan(1e-9);
    // Coefficients that the penalty leaves at 0 are exactly 0.
    expect(model.coef.toArray()).toEqual(
      (other.coef.toArray() as number[]).map((value) =>
        value === 0 ? 0 : (expect.closeTo(value, 8) as number),
      ),
    );
    if (options.penalty !== "l2") expect(model.objectiveValue).toBeCloseTo(other.objectiveValue, 12);
  });

  test("log losses", () => {
    const alpha = 0.05;
    const model = new SGDClassifier({ ...toRest, learningRate: 1, loss: "logLoss", alpha }).fit(
      X,
      twoClasses,
    );
    const other = new LogisticRegression({ C: 1 / (alpha * 60), tol: 1e-13 }).fit(X, twoClasses);
    expect(distance(parametersOf(model), parametersOf(other))).toBeLessThan(1e-9);
    const probabilities = model.predictProba(X).data;
    expect(distance(Array.from(probabilities), Array.from(other.predictProba(X).data))).toBeLessThan(1e-9);
  });

  test.each(["hinge", "squaredHinge", "logLoss", "modifiedHuber", "perceptron"] as const)(
    "as it comes, %s tells the classes apart about as well",
    (loss) => {
      const score = new LogisticRegression().fit(X, threeClasses).score(X, threeClasses);
      // Squared losses have slopes without bounds, which the bold first rates of "optimal" do not suit.
      const schedule = loss === "squaredHinge" ? ({ learningRateSchedule: "invscaling" } as const) : {};
      const model = new SGDClassifier({ loss, alpha: 0.01, ...schedule }).fit(X, threeClasses);
      expect(model.score(X, threeClasses)).toBeGreaterThan(score - 0.12);
    },
  );

  test('with learningRate "auto"', () => {
    const best = new Ridge({ alpha: 0.006 }).fit(X, numbers).score(X, numbers);
    for (const batchSize of [1, 20, null]) {
      const model = new SGDRegressor({ learningRate: "auto", batchSize, tol: 1e-5 }).fit(X, numbers);
      expect(model.score(X, numbers)).toBeGreaterThan(best - 0.05);
    }
  });
});

describe("weights", () => {
  test("a class weight, of two classes, is a weight of its rows", () => {
    const options = { alpha: 0.1, shuffle: false, maxIter: 3 } as const;
    const weights = twoClasses.map((label): number => (label === 1 ? 3 : 1));
    const mean = weights.reduce((a, b) => a + b) / weights.length;
    const byClass = new SGDClassifier({ ...options, classWeight: { 1: 3 / mean, 0: 1 / mean } });
    const byRow = new SGDClassifier(options).fit(X, twoClasses, { sampleWeight: weights });
    expect(distance(parametersOf(byClass.fit(X, twoClasses)), parametersOf(byRow))).toBeLessThan(1e-12);
  });
});

test("options that are none", () => {
  expect(() => new SGDClassifier({ loss: "log" as SgdClassifierOptions["loss"] })).toThrow(
    'loss is "log"; write one of "hinge", "squaredHinge", "logLoss", "modifiedHuber", "perceptron"',
  );
  expect(() => new SGDClassifier({ alpha: 0 })).toThrow('with learningRateSchedule "optimal" alpha is 0');
  expect(() => new SGDRegressor({ l1Ratio: 2 })).toThrow("l1Ratio is 2; write a number from 0 to 1");
  expect(() => new SGDClassifier().fit(X, twoClasses).predictProba(X)).toThrow(
    'the loss "hinge" has no probabilities; write "logLoss" or "modifiedHuber"',
  );
  expect(() => new SGDRegressor().fit(X, tensor([counts, counts]).transpose())).toThrow(
    "SGDRegressor.fit: y has shape [60, 2]; fit one model for each target",
  );
});
