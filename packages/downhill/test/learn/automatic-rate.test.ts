/** `learningRate: "auto"`: what estimators begin with, against the curvature of their objectives computed densely. */
import {
  type AnyEstimator,
  DivergenceError,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  Ridge,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { eigensystem } from "../curvature/dense.ts";
import { numbers, rows, table, threeClasses, twoClasses } from "./subjects.ts";

/** The largest eigenvalue of factor·AᵀA/rows + penalty on all but the last column, where A is the table beside ones. */
const sharpnessOf = (factor: number, penalty: number): number => {
  const A = table.map((row) => [...row, 1]);
  const size = A[0]!.length;
  const hessian = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => {
      const product = A.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
      return (factor * product) / rows + (i === j && i < size - 1 ? penalty : 0);
    }),
  );
  return eigensystem(hessian).values.at(-1)!;
};

const twoDigits = (rate: number): number => Number(rate.toPrecision(2));

interface Case {
  readonly name: string;
  readonly make: (options: object) => AnyEstimator;
  readonly y: readonly number[];
  readonly sharpness: number;
}

const cases: readonly Case[] = [
  {
    // (y − Xw − b)²/n: the Hessian is 2·AᵀA/n everywhere.
    name: "LinearRegression",
    make: (options) => new LinearRegression(options),
    y: numbers,
    sharpness: sharpnessOf(2, 0),
  },
  {
    name: "Ridge",
    make: (options) => new Ridge({ alpha: 30, ...options }),
    y: numbers,
    sharpness: sharpnessOf(2, (2 * 30) / rows),
  },
  {
    // At weights of zero every chance is ½ and σ' is ¼.
    name: "LogisticRegression",
    make: (options) => new LogisticRegression({ C: 0.5, ...options }),
    y: twoClasses,
    sharpness: sharpnessOf(1 / 4, 1 / (0.5 * rows)),
  },
  {
    // At weights of zero diag(p) − ppᵀ has the eigenvalues 0 and ⅓ for three classes.
    name: "LogisticRegression of three classes",
    make: (options) => new LogisticRegression({ C: 0.5, ...options }),
    y: threeClasses,
    sharpness: sharpnessOf(1 / 3, 1 / (0.5 * rows)),
  },
];

const fitted = (estimator: AnyEstimator, y: readonly number[]): AnyEstimator => {
  (estimator as { fit(X: unknown, y: unknown): unknown }).fit(table, y);
  return estimator;
};

describe.each(cases)("$name", ({ make, y, sharpness }) => {
  test.each(["sgd", "momentum", "nesterov"])("%s begins at 1/λmax", (solver) => {
    const { history } = fitted(make({ solver, maxIter: 3 }), y);
    // λmax is measured to a thousandth, which may turn the second digit.
    const [lowest, highest] = [0.998 / sharpness, 1.002 / sharpness].map(twoDigits) as [number, number];
    expect(history.learningRate[0]).toBeGreaterThanOrEqual(lowest);
    expect(history.learningRate[0]).toBeLessThanOrEqual(highest);
    expect(history.loss.at(-1)!).toBeLessThan(history.loss[0]!);
  });

  test("with mini-batches at a quarter of it", () => {
    const { history } = fitted(make({ solver: "sgd", batchSize: 16, maxIter: 1 }), y);
    expect(history.learningRate[0]! * sharpness).toBeGreaterThan(0.25 * 0.95);
    expect(history.learningRate[0]! * sharpness).toBeLessThan(0.25 * 1.05);
  });
});

describe.each(cases.filter(({ y }) => y === numbers))("$name above the border", ({ make, y, sharpness }) => {
  test("runs away, and says where the border is", () => {
    let error: unknown;
    try {
      fitted(make({ solver: "sgd", learningRate: 2.1 / sharpness, maxIter: 500 }), y);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DivergenceError);
    const { stableRate, suggestedRate } = error as DivergenceError;
    expect(stableRate! * sharpness).toBeCloseTo(2, 2);
    expect(suggestedRate! * sharpness).toBeCloseTo(1, 1);
  });
});

describe.each(["adagrad", "rmsprop", "adam", "adamw"])("%s", (solver) => {
  test.each([
    ["LinearRegression", (options: object) => new LinearRegression(options), numbers],
    ["LogisticRegression", (options: object) => new LogisticRegression(options), twoClasses],
    ["MLPRegressor", (options: object) => new MLPRegressor({ hiddenLayerSizes: [8], ...options }), numbers],
    [
      "MLPClassifier",
      (options: object) => new MLPClassifier({ hiddenLayerSizes: [8], ...options }),
      threeClasses,
    ],
  ] as const)("%s finds a rate that learns", (_, make, y) => {
    const { history } = fitted(make({ solver, learningRate: "auto", maxIter: 60 }), y);
    const rate = history.learningRate[0]!;
    expect(rate).toBeGreaterThan(1e-4);
    expect(rate).toBeLessThanOrEqual(0.1);
    // A fiftieth of the rate is worse: the one found is not too timid.
    const timid = fitted(make({ solver, learningRate: rate / 50, maxIter: 60 }), y).history;
    expect(history.loss.at(-1)!).toBeLessThan(timid.loss.at(-1)!);
    expect(history.loss.at(-1)!).toBeLessThan(0.9 * history.loss[0]!);
  });
});
