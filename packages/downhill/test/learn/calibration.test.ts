/** Probabilities that hold what they say, against scikit-learn's numbers. */
import {
  CalibratedClassifierCV,
  crossValScore,
  GridSearch,
  LogisticRegression,
  makePipeline,
  metrics,
  MLPClassifier,
  NotFittedError,
  Ridge,
  StandardScaler,
  StratifiedKFold,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { calibrated, fitIsotonic, fitSigmoid } from "../../src/learn/calibration/calibrators.ts";
import { expectGolden } from "../golden-helpers/golden.ts";
import { golden } from "./golden-pipelines.ts";
import { table, threeClasses, twoClasses } from "./subjects.ts";
import { readTable } from "./tables.ts";

/** scikit-learn's L-BFGS-B ends where a step changes the sum of losses by less than 64 roundings, here 4e-8 from the optimum. */
const sameOptimum = { absolute: 2e-7, relative: 0 };
/** Means and straight lines. */
const sums = { absolute: 1e-12, relative: 1e-12 };

describe("calibrators agree with scikit-learn", () => {
  const { calibrators } = golden;
  const scores = Float64Array.from(calibrators.scores);
  const positive = Uint8Array.from(calibrators.labels);
  const weights = Float64Array.from(calibrators.sampleWeight);
  const ones = weights.map(() => 1);

  test.each([
    ["alike", ones, calibrators.sigmoid],
    ["weighted", weights, calibrators.sigmoidWeighted],
  ] as const)("Platt's sigmoid, rows %s", (_, given, [a, b]) => {
    const { slope, intercept } = fitSigmoid(scores, positive, given);
    // Theirs is 1 / (1 + exp(a·score + b)).
    expect(Math.abs(slope + a)).toBeLessThan(sameOptimum.absolute);
    expect(Math.abs(intercept + b)).toBeLessThan(sameOptimum.absolute);
  });

  test("whose scores are large, or tell the classes apart", () => {
    const large = fitSigmoid(
      scores.map((score) => 1e4 * score),
      positive,
      ones,
    );
    const plain = fitSigmoid(scores, positive, ones);
    expect(large.slope * 1e4).toBeCloseTo(plain.slope, 8);
    const apart = fitSigmoid(
      Float64Array.of(-2, -1, 1, 2),
      Uint8Array.of(0, 0, 1, 1),
      new Float64Array(4).fill(1),
    );
    // Targets are 1/4 and 3/4: no certainty from four rows.
    expect(calibrated(apart, 1)).toBeGreaterThan(0.6);
    expect(calibrated(apart, 2)).toBeLessThan(0.85);
  });

  test.each([
    ["alike", ones, calibrators.isotonic],
    ["weighted", weights, calibrators.isotonicWeighted],
  ] as const)("isotonic regression, rows %s", (_, given, expected) => {
    const calibrator = fitIsotonic(scores, positive, given);
    const found = calibrators.points.map((point) => calibrated(calibrator, point));
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(sums.absolute);
    });
  });

  test("isotonic regression: blocks of scores, level outside", () => {
    const rises = fitIsotonic(
      Float64Array.of(3, 1, 2, 4, 2),
      Uint8Array.of(0, 0, 1, 1, 0),
      Float64Array.of(1, 1, 1, 1, 1),
    );
    // 2 and 3 are pooled: one of three.
    expect([...rises.scores]).toEqual([1, 2, 3, 4]);
    rises.probabilities.forEach((value, i) => {
      expect(value).toBeCloseTo([0, 1 / 3, 1 / 3, 1][i]!, 14);
    });
    expect(calibrated(rises, -5)).toBe(0);
    expect(calibrated(rises, 3.5)).toBeCloseTo(2 / 3, 14);
    expect(calibrated(rises, 9)).toBe(1);
  });
});

describe("CalibratedClassifierCV", () => {
  const make = () =>
    makePipeline(new StandardScaler(), new LogisticRegression({ C: 0.05, tol: 1e-12, maxIter: 1000 }));
  const tables = { breast_cancer: readTable("breast_cancer"), wine: readTable("wine") };

  test.each(golden.calibration)(
    "agrees with scikit-learn: $dataset, $method, ensemble: $ensemble",
    ({ dataset, method, ensemble, nSplits, rows, classes, probabilities }) => {
      const { X, y } = tables[dataset];
      const model = new CalibratedClassifierCV(make(), { method, ensemble, cv: nSplits }).fit(X, y);
      expect(model.classes).toEqual(classes);
      expect(model.calibratedClassifiers).toHaveLength(ensemble ? nSplits : 1);
      const at = rows.map((row) => X[row]!);
      const found = model.predictProba(at);
      expectGolden(found, probabilities, "probabilities", sameOptimum);
      for (let row = 0; row < at.length; row++) {
        const of = [...found.data.subarray(row * classes.length, (row + 1) * classes.length)];
        expect(of.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        expect(model.predict([at[row]!])).toEqual([classes[of.indexOf(Math.max(...of))]]);
      }
    },
  );

  test("makes the log loss of an overconfident model smaller", () => {
    const { X, y } = tables.breast_cancer;
    const bold = makePipeline(new StandardScaler(), new LogisticRegression({ C: Infinity, maxIter: 400 }));
    const scoring = "negLogLoss" as const;
    const mean = (scores: readonly number[]): number => scores.reduce((a, b) => a + b, 0) / scores.length;
    const plain = mean(crossValScore(bold, X, y, { scoring, cv: 3 }));
    const better = mean(crossValScore(new CalibratedClassifierCV(bold, { cv: 3 }), X, y, { scoring, cv: 3 }));
    expect(better).toBeGreaterThan(plain);
  });

  test("calibrates a model that is fitted already on other rows", () => {
    const half = table.length / 2;
    const model = new MLPClassifier({ hiddenLayerSizes: [4], maxIter: 20 });
    model.fit(table.slice(0, half), threeClasses.slice(0, half));
    const before = model.predict(table);
    const wrapped = new CalibratedClassifierCV(model, { cv: "prefit" });
    wrapped.fit(table.slice(half), threeClasses.slice(half));
    expect(wrapped.calibratedClassifiers[0]!.estimator).toBe(model);
    expect(model.predict(table)).toEqual(before);
    const labels = metrics.accuracyScore(threeClasses, wrapped.predict(table));
    expect(wrapped.score(table, threeClasses)).toBe(labels);
    expect(wrapped.clone().estimator).toBe(model);
    expect(wrapped.clone().isFitted).toBe(false);
  });

  test("is the same waiting or not, and a model for searches", async () => {
    const fitted = new CalibratedClassifierCV(make(), { cv: 2 }).fit(table, twoClasses);
    const waited = await new CalibratedClassifierCV(make(), { cv: 2 }).fitAsync(table, twoClasses);
    expect(waited.predictProba(table).toArray()).toEqual(fitted.predictProba(table).toArray());
    const search = new GridSearch(
      ({ method }) => new CalibratedClassifierCV(new LogisticRegression(), { method, cv: 2 }),
      { method: ["sigmoid", "isotonic"] },
      { cv: 2, scoring: "negLogLoss" },
    ).fit(table, twoClasses);
    expect(search.cvResults).toHaveLength(2);
    expect(search.predictProba(table).shape).toEqual([60, 2]);
  });

  test("a weight of 0 in fits and calibrators is as if the row were left out", () => {
    // Every row twice, once without weight: folds are those of the rows alone.
    const twice = table.flatMap((row) => [row, row.map((x) => x + 1)]);
    const labels = twoClasses.flatMap((label) => [label, label]);
    const sampleWeight = labels.map((_, i) => 1 - (i % 2));
    const options = { cv: 3, method: "isotonic" } as const;
    const both = (rows: Int32Array): Int32Array =>
      Int32Array.from([...rows].flatMap((row) => [2 * row, 2 * row + 1]));
    const folds = new StratifiedKFold({ nSplits: 3 })
      .split(table, twoClasses)
      .map(({ train, test: held }) => ({ train: both(train), test: both(held) }));
    const weighted = new CalibratedClassifierCV(new LogisticRegression({ tol: 1e-10 }), {
      ...options,
      cv: folds,
    }).fit(twice, labels, { sampleWeight });
    const alone = new CalibratedClassifierCV(new LogisticRegression({ tol: 1e-10 }), options).fit(
      table,
      twoClasses,
    );
    const [found, expected] = [weighted.predictProba(table).data, alone.predictProba(table).data];
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
    });
  });

  test("what it refuses", () => {
    expect(() => new CalibratedClassifierCV(new LogisticRegression(), { cv: "prefit" })).toThrow(
      'CalibratedClassifierCV: with cv: "prefit" the LogisticRegression must have been fitted',
    );
    expect(() => new CalibratedClassifierCV(new Ridge()).fit(table, twoClasses)).toThrow(
      "a Ridge has neither decisionFunction nor predictProba; give it a classifier",
    );
    expect(() => new CalibratedClassifierCV(new LogisticRegression()).predict(table)).toThrow(NotFittedError);
    const rare = twoClasses.map((_, i) => (i === 59 ? "b" : "a"));
    expect(() => new CalibratedClassifierCV(new LogisticRegression()).fit(table, rare)).toThrow(
      "CalibratedClassifierCV.fit: fold 4: LogisticRegression.fit: all rows have the label",
    );
  });
});
