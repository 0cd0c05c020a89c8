/** Folds, cross-validation and searches, against scikit-learn's numbers. */
import type { Tensor } from "downhill";
import {
  crossValidate,
  crossValidateAsync,
  crossValPredict,
  crossValScore,
  distributions,
  DivergenceError,
  type Fold,
  GridSearch,
  KFold,
  type Label,
  LinearRegression,
  LogisticRegression,
  makePipeline,
  metrics,
  MLPClassifier,
  NotFittedError,
  RandomSearch,
  Ridge,
  StandardScaler,
  StratifiedKFold,
} from "downhill/learn";
import { describe, expect, expectTypeOf, test } from "vitest";
import { golden } from "./golden-pipelines.ts";
import { numbers, table, threeClasses, twoClasses } from "./subjects.ts";
import { readTable } from "./tables.ts";

const tests = (folds: readonly Fold[]): number[][] => folds.map(({ test: rows }) => [...rows]);
const close = (found: readonly number[], expected: readonly number[], tolerance: number): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  });
};

/** Solved directly, with condition numbers of some thousands: rounding of 1e-16 times that, and a margin for sums. */
const solved = 1e-10;
/** Both stop at gradients around 1e-10 or below, where scores differ by less than that over the least curvature. */
const sameOptimum = 1e-6;

const diabetes = (() => {
  const { X, y } = readTable("diabetes");
  return { X, y: y.map(Number) };
})();
const cancer = readTable("breast_cancer");
const standardised = () =>
  makePipeline(new StandardScaler(), new LogisticRegression({ tol: 1e-12, maxIter: 1000 }));

describe("folds", () => {
  test.each(golden.folds)(
    "$folds of $rows $y in $nSplits are scikit-learn's",
    ({ folds, rows, y, nSplits, test: expected }) => {
      const found =
        folds === "KFold"
          ? new KFold({ nSplits }).split({ length: rows! })
          : new StratifiedKFold({ nSplits }).split(y!, y);
      expect(tests(found)).toEqual(expected);
      for (const { train, test: held } of found)
        expect([...train, ...held].sort((a, b) => a - b)).toEqual([
          ...(y ?? Array.from({ length: rows! })).keys(),
        ]);
    },
  );

  test("shuffled ones are a partition too, in the same shares, by the seed", () => {
    const y = Array.from({ length: 31 }, (_, i) => (i % 3 === 0 ? "rare" : "common"));
    const split = (randomState: number) =>
      tests(new StratifiedKFold({ nSplits: 4, shuffle: true, randomState }).split(y, y));
    const found = split(1);
    expect(found.flat().sort((a, b) => a - b)).toEqual([...y.keys()]);
    for (const rows of found) {
      const rare = rows.filter((row) => y[row] === "rare").length;
      expect([2, 3]).toContain(rare);
    }
    expect(split(1)).toEqual(found);
    expect(split(2)).not.toEqual(found);
    const plain = tests(new KFold({ nSplits: 4, shuffle: true }).split(y));
    expect(plain.flat().sort((a, b) => a - b)).toEqual([...y.keys()]);
    expect(plain.map(({ length }) => length)).toEqual([8, 8, 8, 7]);
    expect(plain[0]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("what they refuse", () => {
    expect(() => new KFold({ nSplits: 1 })).toThrow("KFold: nSplits is 1; write a whole number from 2");
    expect(() => new KFold({ nSplits: 4 }).split([1, 2, 3])).toThrow("3 rows do not make 4 folds");
    expect(() => new StratifiedKFold().split([1, 2])).toThrow("y is missing; it tells the classes");
    expect(() => new StratifiedKFold().split([1, 2, 3], ["a", "b", "a"])).toThrow(
      "no class has more than 2 rows",
    );
  });
});

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

describe("GridSearch", () => {
  const make = ({ alpha, fitIntercept }: { alpha: number; fitIntercept: boolean }) =>
    makePipeline(new StandardScaler(), new Ridge({ alpha, fitIntercept }));
  const grid = { alpha: [0.1, 1, 10, 100, 1000], fitIntercept: [true, false] };

  test("agrees with scikit-learn", () => {
    const expected = golden.gridSearch;
    const search = new GridSearch(make, grid, { cv: expected.nSplits, returnTrainScore: true });
    const dones: number[] = [];
    search.fit(diabetes.X, diabetes.y, { onProgress: ({ done }) => void dones.push(done) });
    const { cvResults } = search;
    expect(cvResults.map(({ params }) => params)).toEqual(expected.params);
    close(
      cvResults.map(({ meanTestScore }) => meanTestScore),
      expected.meanTestScore,
      solved,
    );
    close(
      cvResults.map(({ stdTestScore }) => stdTestScore),
      expected.stdTestScore,
      solved,
    );
    close(
      cvResults.map(({ meanTrainScore }) => meanTrainScore),
      expected.meanTrainScore,
      solved,
    );
    expect(cvResults.map(({ rankTestScore }) => rankTestScore)).toEqual(expected.rankTestScore);
    expect(search.bestIndex).toBe(expected.bestIndex);
    expect(search.bestScore).toBeCloseTo(expected.bestScore, 10);
    expect(search.bestParams).toEqual(expected.params[expected.bestIndex]);
    close([...search.predict(diabetes.X.slice(0, 6)).data], expected.firstPredictions, solved);
    expect(search.score(diabetes.X, diabetes.y)).toBe(search.bestEstimator.score(diabetes.X, diabetes.y));
    expect(dones).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expectTypeOf(search.bestParams.alpha).toBeNumber();
    expectTypeOf(search.bestEstimator.namedSteps.ridge).toEqualTypeOf<Ridge>();
  });

  test("choices of an option keep their type", () => {
    const search = new GridSearch(
      ({ solver, hidden }) => new MLPClassifier({ solver, hiddenLayerSizes: hidden, maxIter: 2 }),
      { solver: ["adam", "sgd"], hidden: [[2], [3, 2]] },
      { cv: 2 },
    );
    search.fit(table, twoClasses);
    expect(search.cvResults.map(({ params }) => params)).toEqual([
      { hidden: [2], solver: "adam" },
      { hidden: [2], solver: "sgd" },
      { hidden: [3, 2], solver: "adam" },
      { hidden: [3, 2], solver: "sgd" },
    ]);
    expect(search.predictProba(table).shape).toEqual([60, 2]);
    expect(search.classes).toEqual([0, 1]);
  });

  test("is a model itself: its choice is cross-validated, each fold by a search of its own", () => {
    const search = new GridSearch(make, grid, { cv: 3 });
    const { testScores, estimators } = crossValidate(search, table, numbers, {
      cv: 2,
      returnEstimator: true,
    });
    const half = new GridSearch(make, grid, { cv: 3 }).fit(table.slice(30), numbers.slice(30));
    expect(testScores.score[0]).toBe(half.score(table.slice(0, 30), numbers.slice(0, 30)));
    expect(estimators[0]!.bestParams).toEqual(half.bestParams);
    expect(search.isFitted).toBe(false);
  });

  test("a training that runs away counts as NaN, other faults name the parameters", () => {
    const search = new GridSearch(
      ({ learningRate }) => new LinearRegression({ solver: "sgd", learningRate, maxIter: 20 }),
      { learningRate: [50, 0.1] },
      { cv: 3 },
    ).fit(table, numbers);
    const [wild, tame] = search.cvResults;
    expect(wild!.meanTestScore).toBeNaN();
    expect(wild!.errors).toHaveLength(3);
    expect(wild!.errors[0]).toBeInstanceOf(DivergenceError);
    expect([wild!.rankTestScore, tame!.rankTestScore]).toEqual([2, 1]);
    expect(search.bestParams).toEqual({ learningRate: 0.1 });
    expect(() =>
      new GridSearch(({ C }) => new LogisticRegression({ C }), { C: [1, -1] }).fit(table, twoClasses),
    ).toThrow("GridSearch: with C: -1: LogisticRegression: C is -1");
    expect(() =>
      new GridSearch(({ rate }) => new LinearRegression({ solver: "sgd", learningRate: rate }), {
        rate: [50],
      }).fit(table, numbers),
    ).toThrow(
      "GridSearch.fit: no candidate has a score: GridSearch.fit: with rate: 50: fold 0: LinearRegression.fit: the loss",
    );
    expect(() => new GridSearch(({ C }: { C: number }) => new LogisticRegression({ C }), { C: [] })).toThrow(
      "GridSearch: C is []; write a list of values to try",
    );
  });

  test("interrupted by a signal, it keeps what is done", async () => {
    const abort = new AbortController();
    const search = new GridSearch(make, grid, { cv: 3 });
    await search.fitAsync(table, numbers, {
      signal: abort.signal,
      onProgress: ({ done }) => (done === 8 ? abort.abort() : undefined),
    });
    // Two candidates are whole; the third has two folds of three.
    expect(search.cvResults).toHaveLength(2);
    expect(search.isInterrupted).toBe(true);
    expect(search.bestScore).toBe(Math.max(...search.cvResults.map(({ meanTestScore }) => meanTestScore)));
    expect(search.isFitted).toBe(false);
    expect(() => search.predict(table)).toThrow(
      "GridSearch.predict: the best candidate was not fitted on all rows, since the search was interrupted; write search.make",
    );
    expect(search.make(search.bestParams).fit(table, numbers).isFitted).toBe(true);
    search.fit(table, numbers, { onProgress: ({ done }) => done < 2 });
    expect(search.cvResults).toEqual([]);
    expect(() => search.bestParams).toThrow("interrupted before a candidate was whole");
    expect(() => search.clone().cvResults).toThrow(NotFittedError);
  });

  test("events may be awaited; leaving the loop ends the search", async () => {
    const whole = new GridSearch(make, grid, { cv: 3 });
    let last = 0;
    for await (const { done, total, best, params } of whole.progress(table, numbers)) {
      expect(total).toBe(30);
      expect(best === undefined).toBe(done < 3);
      expectTypeOf(params.alpha).toBeNumber();
      last = done;
    }
    expect(last).toBe(30);
    expect(whole.predict(table).shape).toEqual([60]);
    const left = new GridSearch(make, grid, { cv: 3 });
    for await (const { done } of left.progress(table, numbers)) if (done === 4) break;
    expect(left.cvResults).toHaveLength(1);
    expect(left.isInterrupted).toBe(true);
  });
});

describe("RandomSearch", () => {
  test("draws from distributions and lists, by the seed", () => {
    const make = (randomState: number) =>
      new RandomSearch(
        ({ C, solver }) => new LogisticRegression({ C, solver }),
        { C: distributions.logUniform(1e-3, 10), solver: ["lbfgs", "newton"] },
        { nIter: 5, cv: 2, randomState, scoring: "negLogLoss" },
      ).fit(table, twoClasses);
    const search = make(3);
    const drawn = search.cvResults.map(({ params }) => params);
    expect(drawn).toHaveLength(5);
    for (const { C, solver } of drawn) {
      expect(C).toBeGreaterThanOrEqual(1e-3);
      expect(C).toBeLessThanOrEqual(10);
      expect(["lbfgs", "newton"]).toContain(solver);
    }
    expect(make(3).cvResults.map(({ params }) => params)).toEqual(drawn);
    expect(make(4).cvResults.map(({ params }) => params)).not.toEqual(drawn);
    expect(search.bestScore).toBeLessThan(0);
    expectTypeOf(search.bestParams.C).toBeNumber();
  });

  test("of lists alone it takes no combination twice", () => {
    const search = new RandomSearch(
      ({ alpha, fitIntercept }) => new Ridge({ alpha, fitIntercept }),
      { alpha: [1, 2, 3], fitIntercept: [true, false] },
      { nIter: 20, cv: 2 },
    ).fit(table, numbers);
    const texts = search.cvResults.map(({ params }) => JSON.stringify(params));
    expect(new Set(texts).size).toBe(6);
  });

  test("distributions keep to their bounds, and reach all of them", () => {
    const values = Array.from({ length: 101 }, (_, i) => i / 101);
    const drawn = values.map((value) => distributions.integers(1, 4)(() => value));
    expect([...new Set(drawn)]).toEqual([1, 2, 3, 4]);
    expect(distributions.uniform(-1, 1)(() => 0.5)).toBe(0);
    expect(distributions.logUniform(1e-2, 1e2)(() => 0.5)).toBeCloseTo(1, 14);
    expect(() => distributions.logUniform(0, 1)).toThrow("write the lower bound first, above 0");
    expect(() => distributions.uniform(1, 1)).toThrow("write the lower bound first");
  });
});
