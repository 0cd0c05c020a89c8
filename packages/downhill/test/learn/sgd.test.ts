/** Linear models trained by stochastic gradient descent: scikit-learn's steps, and the optima of other solvers. */
import { tensor } from "downhill";
import {
  type ClassWeight,
  ElasticNet,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
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

describe("partialFit", () => {
  const whole = { shuffle: false, maxIter: 1, alpha: 0.01 } as const;
  const parts = [0, 13, 14, 40, 60];
  const inParts = (learn: (rows: number[][], from: number, to: number) => unknown): void => {
    for (let i = 1; i < parts.length; i++) {
      const [from, to] = [parts[i - 1]!, parts[i]!];
      learn(
        table.slice(from, to).map((row) => [...row]),
        from,
        to,
      );
    }
  };

  test("part by part, the steps are those of an epoch over all", () => {
    for (const learningRateSchedule of ["optimal", "invscaling", "constant"] as const) {
      const options = { ...whole, learningRateSchedule };
      const numbersModel = new SGDRegressor(options);
      inParts((rows, from, to) => numbersModel.partialFit(rows, numbers.slice(from, to)));
      expect(parametersOf(numbersModel)).toEqual(parametersOf(new SGDRegressor(options).fit(table, numbers)));
      const classesModel = new SGDClassifier(options);
      inParts((rows, from, to) =>
        classesModel.partialFit(rows, threeClasses.slice(from, to), { classes: [0, 1, 2] }),
      );
      expect(parametersOf(classesModel)).toEqual(
        parametersOf(new SGDClassifier(options).fit(table, threeClasses)),
      );
      expect([classesModel.nIter, classesModel.stopReason]).toEqual([4, "maxIter"]);
    }
  });

  test("over the same rows again and again, it is a fit", () => {
    const options = { learningRateSchedule: "invscaling", alpha: 0.01 } as const;
    const model = new SGDRegressor(options);
    for (let epoch = 0; epoch < 3; epoch++) model.partialFit(X, numbers);
    expect(parametersOf(model)).toEqual(
      parametersOf(new SGDRegressor({ ...options, maxIter: 3 }).fit(X, numbers)),
    );
  });

  test("perceptrons too: the optimizer's memory and the order of rows go on", () => {
    const options = { hiddenLayerSizes: [4], batchSize: 16, maxIter: 3, tol: 0 } as const;
    for (const given of [
      { solver: "adam" },
      { solver: "nesterov", learningRate: 0.05, learningRateSchedule: "invscaling" },
    ] as const) {
      const regressor = new MLPRegressor({ ...options, ...given, learningRate: 0.05 });
      const classifier = new MLPClassifier({ ...options, ...given, learningRate: 0.05 });
      for (let epoch = 0; epoch < 3; epoch++) {
        regressor.partialFit(X, numbers);
        classifier.partialFit(X, threeClasses, { classes: [0, 1, 2] });
      }
      expect(parametersOf(regressor)).toEqual(parametersOf(regressor.clone().fit(X, numbers)));
      expect(parametersOf(classifier)).toEqual(parametersOf(classifier.clone().fit(X, threeClasses)));
    }
    expect(() => new MLPRegressor({ solver: "lbfgs" }).partialFit(X, numbers)).toThrow(
      'MLPRegressor.partialFit: solver is "lbfgs", which goes over all rows at once',
    );
  });

  test("the first part names the classes", () => {
    const model = new SGDClassifier({ loss: "logLoss" });
    const rows = [[1, 2, 3]];
    expect(() => model.partialFit(rows, ["b"])).toThrow(
      "SGDClassifier.partialFit: the first part may lack some of the classes: name all of them, partialFit(X, y, { classes: [0, 1] })",
    );
    model.partialFit(rows, ["b"], { classes: ["c", "a", "b"] });
    expect(model.classes).toEqual(["a", "b", "c"]);
    expect(() => model.partialFit(rows, ["b"], { classes: ["a", "b"] })).toThrow(
      'classes are ["a","b"], but those of the parts before ["a","b","c"]',
    );
    expect(() => model.partialFit(rows, ["d"])).toThrow('y[0] is "d", which is none of the classes');
    expect(() => model.partialFit([[1, 2]], ["b"])).toThrow(
      "X has 2 columns, but the model was fitted with 3",
    );
    model.partialFit(rows, ["a"]);
    expect(model.predictProba(rows).shape).toEqual([1, 3]);
  });

  test("what parts cannot tell", () => {
    expect(() => new SGDClassifier({ classWeight: "balanced" }).partialFit(X, twoClasses)).toThrow(
      'classWeight is "balanced", but one part does not tell how frequent classes are',
    );
    expect(() => new SGDRegressor({ earlyStopping: true }).partialFit(X, numbers)).toThrow(
      "leave earlyStopping out",
    );
  });

  test("weights are taken as they are", () => {
    const model = new SGDRegressor({ ...whole, penalty: null, learningRateSchedule: "constant" });
    const twice = model.clone().partialFit([[1, 0, 0]], [1], { sampleWeight: [2] });
    model.partialFit([[1, 0, 0]], [1]);
    // From 0 the slope of ½(y − z)² is −1, by the rate of 0.01.
    expect(model.coef.toArray()).toEqual([0.01, 0, 0]);
    expect(twice.coef.toArray()).toEqual([0.02, 0, 0]);
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
