/** Metrics against scikit-learn's values, which are fractions that can be found by hand. */
import { tensor } from "downhill";
import { metrics } from "downhill/learn";
import { describe, expect, test } from "vitest";

const {
  accuracyScore,
  classScores,
  confusionMatrix,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  precisionRecallF1,
  r2Score,
  rootMeanSquaredError,
} = metrics;

/** A few roundings of numbers around 1. */
const digits = 14;

describe("of numbers", () => {
  // The example of scikit-learn's documentation.
  const actual = [3, -0.5, 2, 7];
  const predicted = [2.5, 0, 2, 8];

  test("one target", () => {
    expect(meanSquaredError(actual, predicted)).toBe(0.375);
    expect(meanAbsoluteError(actual, predicted)).toBe(0.5);
    expect(rootMeanSquaredError(actual, predicted)).toBeCloseTo(Math.sqrt(0.375), digits);
    // 1 − 1.5 / 29.1875
    expect(r2Score(actual, predicted)).toBeCloseTo(0.9486081370449679, digits);
  });

  test("weighted: a weight of k is the row k times", () => {
    const sampleWeight = [1, 0, 3, 2];
    const repeated = (values: readonly number[]): number[] =>
      values.flatMap((value, i) => new Array<number>(sampleWeight[i]!).fill(value));
    // (0.25 + 0 + 2·1) / 6
    expect(meanSquaredError(actual, predicted, { sampleWeight })).toBe(0.375);
    // (0.5 + 0 + 2·1) / 6
    expect(meanAbsoluteError(actual, predicted, { sampleWeight })).toBeCloseTo(2.5 / 6, digits);
    expect(r2Score(actual, predicted, { sampleWeight })).toBeCloseTo(
      r2Score(repeated(actual), repeated(predicted)),
      digits,
    );
  });

  test("several targets: errors over all, R² and roots averaged over targets", () => {
    const Y = [
      [0.5, 1],
      [-1, 1],
      [7, -6],
    ];
    const P = [
      [0, 2],
      [-1, 2],
      [8, -5],
    ];
    // (0.25 + 0 + 1 + 1 + 1 + 1) / 6
    expect(meanSquaredError(Y, P)).toBeCloseTo(4.25 / 6, digits);
    expect(meanAbsoluteError(Y, P)).toBe(0.75);
    expect(rootMeanSquaredError(Y, P)).toBeCloseTo((Math.sqrt(1.25 / 3) + 1) / 2, digits);
    // scikit-learn's documentation: 0.938… with weights by variance; evenly it is the mean of 0.96543779 and 0.90816327.
    expect(r2Score(Y, P)).toBeCloseTo((1 - 1.25 / (217 / 6) + 1 - 3 / (98 / 3)) / 2, digits);
  });

  test("equal targets, whose mean rounds to another number", () => {
    const equal = new Array<number>(10).fill(0.1);
    expect(r2Score(equal, equal)).toBe(1);
    expect(r2Score(equal, new Array<number>(10).fill(0.2))).toBe(0);
  });

  test("a single target as a column, and tensors of any dtype", () => {
    const column = tensor(
      predicted.map((value) => [value]),
      { dtype: "float64" },
    );
    expect(meanSquaredError(actual, column)).toBe(0.375);
    expect(meanSquaredError(tensor([1, 2], { dtype: "int32" }), tensor([1, 4]))).toBe(2);
  });

  test("constant targets: R² is 1 where all are met and 0 otherwise", () => {
    expect(r2Score([2, 2, 2], [2, 2, 2])).toBe(1);
    expect(r2Score([2, 2, 2], [2, 2, 2.5])).toBe(0);
    expect(r2Score([1, 2, 3], [2, 2, 2])).toBe(0);
    expect(r2Score([1, 2, 3], [3, 2, 1])).toBe(-3);
  });

  test("what does not go together is refused", () => {
    expect(() => meanSquaredError([1, 2], [1])).toThrow("meanSquaredError: 2 rows, but predictions for 1");
    expect(() => r2Score([[1, 2]], [[1, 2, 3]])).toThrow(
      "r2Score: targets have shape [1, 2], predictions [1, 3]",
    );
    expect(() => r2Score([1, NaN], [1, 2])).toThrow("y has NaN in row 1");
    expect(() => r2Score([1, 2], [1, 2], { sampleWeight: [1] })).toThrow("sampleWeight has 1");
  });
});

describe("of classes", () => {
  const actual = ["cat", "ant", "cat", "cat", "ant", "bird"];
  const predicted = ["ant", "ant", "cat", "cat", "ant", "cat"];

  test("accuracy", () => {
    expect(accuracyScore(actual, predicted)).toBeCloseTo(4 / 6, digits);
    expect(accuracyScore(actual, predicted, { sampleWeight: [3, 1, 1, 1, 1, 1] })).toBe(0.5);
    expect(accuracyScore([true, false], [true, true])).toBe(0.5);
    expect(accuracyScore(tensor([1, 0], { dtype: "int32" }), [1, 0])).toBe(1);
    // A number is no text that looks like it.
    expect(accuracyScore([1, 2], ["1", "2"])).toBe(0);
  });

  test("the confusion matrix, rows the actual classes", () => {
    expect(confusionMatrix(actual, predicted)).toEqual({
      labels: ["ant", "bird", "cat"],
      matrix: [
        [2, 0, 0],
        [0, 0, 1],
        [1, 0, 2],
      ],
    });
    expect(confusionMatrix(actual, predicted, { labels: ["cat", "ant"] }).matrix).toEqual([
      [2, 1],
      [0, 2],
    ]);
    // A class that never occurs has a row and a column of zeros.
    expect(confusionMatrix([0, 1], [0, 0], { labels: [0, 1, 5] }).matrix).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(confusionMatrix([0, 1], [0, 0], { sampleWeight: [0.5, 2] }).matrix).toEqual([
      [0.5, 0],
      [2, 0],
    ]);
  });

  test("precision, recall and F1 of each class; 0 where there is nothing to divide by", () => {
    expect(classScores(actual, predicted)).toEqual([
      { label: "ant", support: 2, precision: 2 / 3, recall: 1, f1: 0.8 },
      // Never predicted.
      { label: "bird", support: 1, precision: 0, recall: 0, f1: 0 },
      { label: "cat", support: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
    ]);
    // Neither predicted nor there; a class that was not asked for still takes its misses.
    expect(classScores(actual, predicted, { labels: ["dog", "cat"] })).toEqual([
      { label: "dog", support: 0, precision: 0, recall: 0, f1: 0 },
      { label: "cat", support: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
    ]);
  });

  test("their averages", () => {
    const macro = precisionRecallF1(actual, predicted);
    expect(macro.precision).toBeCloseTo(4 / 9, digits);
    expect(macro.recall).toBeCloseTo(5 / 9, digits);
    expect(macro.f1).toBeCloseTo((0.8 + 2 / 3) / 3, digits);
    const weighted = precisionRecallF1(actual, predicted, { average: "weighted" });
    expect(weighted.precision).toBeCloseTo((2 * (2 / 3) + 3 * (2 / 3)) / 6, digits);
    expect(weighted.recall).toBeCloseTo(4 / 6, digits);
    const micro = precisionRecallF1(actual, predicted, { average: "micro" });
    for (const value of [micro.precision, micro.recall, micro.f1]) expect(value).toBeCloseTo(4 / 6, digits);
    // Of some of the classes: 4 met, of 6 predicted as one of them, of 5 that are one of them.
    const some = precisionRecallF1(actual, predicted, { average: "micro", labels: ["ant", "cat"] });
    expect([some.precision, some.recall]).toEqual([4 / 6, 4 / 5]);
    expect(some.f1).toBeCloseTo(8 / 11, digits);
  });

  test("of two classes: of the second, unless another is named", () => {
    const y = [0, 1, 1, 0, 1];
    const p = [0, 1, 0, 1, 1];
    expect(precisionRecallF1(y, p)).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
    expect(precisionRecallF1(y, p, { positiveLabel: 0 })).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(() => precisionRecallF1(y, p, { positiveLabel: 7 })).toThrow(
      "positiveLabel 7 does not occur; there are 0, 1",
    );
    // All of one class, and never found.
    expect(precisionRecallF1([1, 1], [0, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  test("log loss", () => {
    // scikit-learn's documentation.
    const y = ["spam", "ham", "ham", "spam"];
    const probabilities = [
      [0.1, 0.9],
      [0.9, 0.1],
      [0.8, 0.2],
      [0.35, 0.65],
    ];
    expect(logLoss(y, probabilities)).toBeCloseTo(0.21616187468057912, digits);
    expect(logLoss(y, probabilities, { sampleWeight: [0, 2, 0, 2] })).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.65)) / 2,
      digits,
    );
    // Rows are divided by their sums.
    expect(
      logLoss(
        [0, 1],
        [
          [2, 2],
          [1, 3],
        ],
      ),
    ).toBeCloseTo(-(Math.log(0.5) + Math.log(0.75)) / 2, digits);
  });

  test("log loss of what was certain", () => {
    // Clipped to the resolution of the dtype, as scikit-learn does it.
    const sure = [
      [1, 0],
      [1, 0],
    ];
    expect(logLoss([0, 1], sure)).toBeCloseTo(-Math.log(Number.EPSILON) / 2, digits);
    expect(logLoss([0, 1], tensor(sure))).toBeCloseTo(
      -(Math.log(2 ** -23) + Math.log(1 - 2 ** -23)) / 2,
      digits,
    );
    expect(logLoss([0, 0], sure, { labels: [0, 1] })).toBeLessThan(1e-15);
  });

  test("log loss needs a column for each class", () => {
    const probabilities = [
      [0.2, 0.3, 0.5],
      [0.6, 0.3, 0.1],
    ];
    expect(logLoss([2, 0], probabilities, { labels: [0, 1, 2] })).toBeCloseTo(
      -(Math.log(0.5) + Math.log(0.6)) / 2,
      digits,
    );
    expect(() => logLoss([2, 0], probabilities)).toThrow(
      "logLoss: probabilities have shape [2, 3], but there are 2 classes; name all classes with { labels: model.classes }",
    );
    expect(() => logLoss([2, 7], probabilities, { labels: [0, 1, 2] })).toThrow(
      "y[1] is 7, which is none of the classes 0, 1, 2",
    );
  });

  test("missing and mixed labels are refused", () => {
    expect(() => confusionMatrix([0, NaN], [0, 1])).toThrow("y[1] is NaN");
    expect(() => confusionMatrix([0, "1"], [0, 1])).toThrow("y mixes kinds of labels");
    expect(() => accuracyScore([0, 1], [0])).toThrow("accuracyScore: 2 rows, but predictions for 1");
  });
});
