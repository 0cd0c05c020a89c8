/** Cross-validation, against scikit-learn's numbers. */
import type { Tensor } from "downhill";
import {
  crossValidate,
  crossValidateAsync,
  crossValPredict,
  crossValScore,
  KFold,
  type Label,
  LogisticRegression,
  metrics,
  MLPClassifier,
  Ridge,
} from "downhill/learn";
import { describe, expect, expectTypeOf, test } from "vitest";
import { golden } from "../golden-pipelines.ts";
import { numbers, table, threeClasses, twoClasses } from "../subjects.ts";
import { cancer, close, diabetes, sameOptimum, solved, standardised } from "./tables.ts";

describe("cross-validation", () => {
  test("of a classifier agrees with scikit-learn", () => {
    const expected = golden.crossValidation[0]!;
    const found = crossValidate(standardised(), cancer.X, cancer.y, {
      scoring: { accuracy: "accuracy", negLogLoss: "negLogLoss", rocAuc: "rocAuc" },
      returnTrainScore: true,
      returnEstimator: true,
    });
    expectTypeOf(found.testScores).toEqualTypeOf<
      Readonly<Record<"accuracy" | "negLogLoss" | "rocAuc", number[]>>
    >();
    for (const name of ["accuracy", "negLogLoss", "rocAuc"] as const) {
      close(found.testScores[name], expected.test[name]!, sameOptimum);
      close(found.trainScores[name], expected.train[name]!, sameOptimum);
    }
    expect(found.fitTimes.every((seconds) => seconds > 0)).toBe(true);
    const { test: held } = found.folds[2]!;
    const model = found.estimators[2]!;
    expect(
      model.score(
        [...held].map((row) => cancer.X[row]!),
        [...held].map((row) => cancer.y[row]!),
      ),
    ).toBe(found.testScores.accuracy[2]);
  });

  test("of a regressor agrees with scikit-learn", async () => {
    const expected = golden.crossValidation[1]!;
    const scoring = {
      r2: "r2",
      negMeanSquaredError: "negMeanSquaredError",
      negRootMeanSquaredError: "negRootMeanSquaredError",
      negMeanAbsoluteError: "negMeanAbsoluteError",
    } as const;
    const model = new Ridge({ alpha: 2 });
    const found = crossValidate(model, diabetes.X, diabetes.y, { scoring, returnTrainScore: true });
    for (const name of Object.keys(scoring) as (keyof typeof scoring)[]) {
      close(found.testScores[name], expected.test[name]!, solved);
      close(found.trainScores[name], expected.train[name]!, solved);
    }
    expect(found.estimators).toEqual([]);
    expect(model.isFitted).toBe(false);
    expect(crossValScore(model, diabetes.X, diabetes.y)).toEqual(found.testScores.r2);
    const rmse = crossValScore(model, diabetes.X, diabetes.y, {
      scoring: (fitted, X, y) => metrics.rootMeanSquaredError(y, fitted.predict(X)),
    });
    expect(rmse).toEqual(found.testScores.negRootMeanSquaredError.map((score) => -score));
    const waiting = await crossValidateAsync(model, diabetes.X, diabetes.y);
    expectTypeOf(waiting.testScores).toEqualTypeOf<Readonly<Record<"score", number[]>>>();
    expect(waiting.testScores.score).toEqual(found.testScores.r2);
  });

  test("predicts each row by a model that has not met it, as scikit-learn does", () => {
    const { rows, ridge, logistic, labels } = golden.crossValPredict;
    const numbersFound = crossValPredict(new Ridge({ alpha: 2 }), diabetes.X, diabetes.y);
    expectTypeOf(numbersFound).toEqualTypeOf<Tensor>();
    close(
      rows.map((row) => numbersFound.data[row]!),
      ridge,
      solved,
    );
    const probabilities = crossValPredict(standardised(), cancer.X, cancer.y, { method: "predictProba" });
    expect(probabilities.shape).toEqual([cancer.y.length, 2]);
    close(
      rows.map((row) => probabilities.data[2 * row]!),
      logistic,
      sameOptimum,
    );
    const found = crossValPredict(standardised(), cancer.X, cancer.y);
    expectTypeOf(found).toEqualTypeOf<Label[]>();
    expect(rows.map((row) => found[row])).toEqual(labels);
  });

  test("a class that a fold does not meet has probability 0 there", () => {
    const y = twoClasses.map((label, i) => (i < 5 ? 7 : label));
    const probabilities = crossValPredict(new LogisticRegression(), table, y, {
      cv: new KFold({ nSplits: 12 }),
      method: "predictProba",
    });
    expect(probabilities.shape).toEqual([60, 3]);
    for (let row = 0; row < 5; row++) expect(probabilities.data[3 * row + 2]).toBe(0);
    for (let row = 5; row < 60; row++) expect(probabilities.data[3 * row + 2]).toBeGreaterThan(0);
  });

  test("weights go to the fits, and folds may be one's own", () => {
    const sampleWeight = numbers.map((_, i) => 1 + (i % 3));
    const cv = [{ train: Int32Array.from({ length: 40 }, (_, i) => i), test: Int32Array.of(50, 55, 59) }];
    const [score] = crossValScore(new Ridge(), table, numbers, { cv, sampleWeight });
    const model = new Ridge().fit(table.slice(0, 40), numbers.slice(0, 40), {
      sampleWeight: sampleWeight.slice(0, 40),
    });
    const at = <T>(values: readonly T[]): T[] => [50, 55, 59].map((i) => values[i]!);
    expect(score).toBe(model.score(at(table), at(numbers)));
  });

  test("stops when told, and keeps the folds that are done", async () => {
    const done: number[] = [];
    const found = crossValidate(new Ridge(), table, numbers, {
      onFold: ({ done: count, total }) => {
        done.push(count, total);
        return count < 2;
      },
    });
    expect(done).toEqual([1, 5, 2, 5]);
    expect(found.testScores.score).toHaveLength(2);
    const abort = new AbortController();
    const network = new MLPClassifier({ hiddenLayerSizes: [3], maxIter: 5 });
    const cut = await crossValidateAsync(network, table, threeClasses, {
      signal: abort.signal,
      onFold: () => abort.abort(),
    });
    expect(cut.folds).toHaveLength(1);
  });

  test("what goes wrong names the fold", () => {
    expect(() => crossValScore(new Ridge(), table, numbers.slice(1))).toThrow(
      "crossValScore: X has 60 rows, but y has 59",
    );
    const hole = table.map((row, i) => (i === 30 ? [NaN, 0, 0] : row));
    expect(() => crossValScore(new Ridge(), hole, numbers)).toThrow(
      "crossValScore: fold 0: Ridge.fit: X has NaN in row 18",
    );
    expect(() => crossValScore(new Ridge(), table, numbers, { scoring: "rocAuc" })).toThrow(
      'crossValScore: fold 0: scoring: "rocAuc" needs probabilities (predictProba), which Ridge does not have',
    );
    expect(() => crossValScore(new Ridge(), table, numbers, { scoring: "roc_auc" as never })).toThrow(
      'scoring is "roc_auc"; write a function (model, X, y), or one of accuracy,',
    );
    const cv = new KFold().split(table).slice(1);
    expect(() => crossValPredict(new Ridge(), table, numbers, { cv })).toThrow("row 0 is held out 0 times");
  });
});
