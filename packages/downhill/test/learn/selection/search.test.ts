/** Searches over grids and at random, against scikit-learn's numbers. */
import {
  crossValidate,
  distributions,
  DivergenceError,
  GridSearch,
  LinearRegression,
  LogisticRegression,
  makePipeline,
  MLPClassifier,
  NotFittedError,
  RandomSearch,
  Ridge,
  StandardScaler,
} from "downhill/learn";
import { describe, expect, expectTypeOf, test } from "vitest";
import { golden } from "../golden-pipelines.ts";
import { numbers, table, twoClasses } from "../subjects.ts";
import { close, diabetes, solved } from "./tables.ts";

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
