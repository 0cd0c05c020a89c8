/** Metrics over all thresholds: scikit-learn's own examples, whose numbers stand in its documentation (1.7). */
import { ArgumentError, random } from "downhill";
import { metrics } from "downhill/learn";
import { describe, expect, test } from "vitest";

const { averagePrecisionScore, calibrationCurve, precisionRecallCurve, rocAucScore, rocCurve } = metrics;

const labels = [0, 0, 1, 1];
const scores = [0.1, 0.4, 0.35, 0.8];

test("rocCurve and its area", () => {
  // scikit-learn leaves points out that lie on a line between their neighbours; here there are none.
  expect(rocCurve(labels, scores)).toEqual({
    falsePositiveRate: [0, 0, 0.5, 0.5, 1],
    truePositiveRate: [0, 0.5, 0.5, 1, 1],
    thresholds: [Infinity, 0.8, 0.4, 0.35, 0.1],
  });
  expect(rocAucScore(labels, scores)).toBe(0.75);
  expect(rocAucScore(["no", "no", "yes", "yes"], scores, { posLabel: "yes" })).toBe(0.75);
});

test("precisionRecallCurve and its mean", () => {
  const { precision, recall, thresholds } = precisionRecallCurve(labels, scores);
  expect(precision).toEqual([0.5, 2 / 3, 0.5, 1, 1]);
  expect(recall).toEqual([1, 1, 0.5, 0.5, 0]);
  expect(thresholds).toEqual([0.1, 0.35, 0.4, 0.8]);
  // 0.83…; a sum of a few quotients.
  expect(averagePrecisionScore(labels, scores)).toBeCloseTo(5 / 6, 14);
});

test("the area is the share of pairs in the right order, ties counting half", () => {
  const actual = Array.from(random.uniform(random.key(1), [60]).data, (u) => (u < 0.4 ? 1 : 0));
  // Whole numbers: many ties.
  const found = Array.from(random.normal(random.key(2), [60]).data, (z, i) => Math.round(2 * z + actual[i]!));
  let [right, pairs] = [0, 0];
  actual.forEach((a, i) =>
    actual.forEach((b, j) => {
      if (a !== 1 || b !== 0) return;
      pairs++;
      right += found[i]! > found[j]! ? 1 : found[i] === found[j] ? 0.5 : 0;
    }),
  );
  expect(rocAucScore(actual, found)).toBeCloseTo(right / pairs, 13);
});

test("weights count rows so many times", () => {
  const twice = { sampleWeight: [1, 2, 1, 1] };
  expect(rocAucScore(labels, scores, twice)).toBeCloseTo(
    rocAucScore([0, 0, 0, 1, 1], [0.1, 0.4, 0.4, 0.35, 0.8]),
    14,
  );
});

test("rows of weight 0 are no thresholds", () => {
  // scikit-learn 1.9; 0.8 comes first of all scores, and of its row nothing counts.
  const [rows, some] = [
    [1, 0, 0, 0, 0],
    [0.3, 0.3, 0.8, 0.2, 0.3],
  ];
  const options = { sampleWeight: [0.5, 0, 0, 0, 1] };
  expect(precisionRecallCurve(rows, some, options)).toEqual({
    precision: [1 / 3, 1],
    recall: [1, 0],
    thresholds: [0.3],
  });
  expect(averagePrecisionScore(rows, some, options)).toBe(1 / 3);
  expect(rocCurve(rows, some, options)).toEqual({
    falsePositiveRate: [0, 1],
    truePositiveRate: [0, 1],
    thresholds: [Infinity, 0.3],
  });
});

test("probabilities at the end of a bin are in it", () => {
  // 0.07 · 100 rounds to a number above 7.
  expect(calibrationCurve([1, 0], [0.061, 0.07], { nBins: 100 }).map(({ count }) => count)).toEqual([2]);
});

test("calibrationCurve", () => {
  const actual = [0, 0, 0, 0, 1, 1, 1, 1, 1];
  const predicted = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1];
  const bins = calibrationCurve(actual, predicted, { nBins: 3 });
  expect(bins.map(({ probTrue }) => probTrue)).toEqual([0, 0.5, 1]);
  [0.2, 0.525, 0.85].forEach((mean, i) => expect(bins[i]!.probPred).toBeCloseTo(mean, 14));
  expect(bins.map(({ count }) => count)).toEqual([3, 2, 4]);
});

describe("refuses", () => {
  test.each<[string, () => unknown, string]>([
    ["rows of one class", () => rocCurve([1, 1], [0.2, 0.3]), "all rows are of class 1"],
    ["rows without the class", () => rocAucScore(["a", "b"], [0.2, 0.3]), "no rows are of class 1"],
    ["probabilities above 1", () => calibrationCurve([1, 0], [0.2, 1.3]), "probability 1 is 1.3"],
    ["scores without an order", () => rocAucScore([1, 0, 1], [0.2, NaN, 0.1]), "score 1 is NaN"],
    ["no bins", () => calibrationCurve([1, 0], [0.2, 0.3], { nBins: 0 }), "nBins is 0"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
