/** How well predicted classes and probabilities meet the actual classes (scikit-learn's definitions). */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { formatShape } from "../../tensor/shape.ts";
import { total } from "../data.ts";
import { designMatrix, type MatrixData } from "../data.ts";
import { classIndices, distinctLabels, type Label, type LabelData, labelsOf } from "../labels.ts";
import { type MetricOptions, metricWeights } from "./weights.ts";

/** The weighted share of rows whose class was met, 0 … 1. */
export const accuracyScore = (yTrue: LabelData, yPred: LabelData, options: MetricOptions = {}): number => {
  const actual = labelsOf(yTrue);
  const predicted = labelsOf(yPred);
  const weights = metricWeights("accuracyScore", actual.length, predicted.length, options);
  let met = 0;
  actual.forEach((label, row) => (met += label === predicted[row] ? weights[row]! : 0));
  return met / total(weights);
};

export interface LabelledOptions extends MetricOptions {
  /** The classes, in the order in which they are to appear; all that occur, sorted, if left out. */
  readonly labels?: readonly Label[];
}

export interface ConfusionMatrix {
  readonly labels: readonly Label[];
  /** Row: actual class; column: predicted class; entries: number (or weight) of rows. */
  readonly matrix: readonly (readonly number[])[];
}

/** How often each class was taken for which. Rows whose classes are not among `labels` are left out. */
export const confusionMatrix = (
  yTrue: LabelData,
  yPred: LabelData,
  options: LabelledOptions = {},
): ConfusionMatrix => {
  const actual = labelsOf(yTrue);
  const predicted = labelsOf(yPred);
  const weights = metricWeights("confusionMatrix", actual.length, predicted.length, options);
  const labels = options.labels ?? distinctLabels("confusionMatrix", [...actual, ...predicted]);
  const index = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => new Array<number>(labels.length).fill(0));
  actual.forEach((label, row) => {
    const i = index.get(label);
    const j = index.get(predicted[row]!);
    if (i !== undefined && j !== undefined) matrix[i]![j]! += weights[row]!;
  });
  return { labels, matrix };
};

/**
 * The mean of −ln(probability of the actual class), in nats. Rows of probabilities are divided by their sums;
 * probabilities below the resolution of their dtype count as that, so that the loss stays finite.
 *
 * @param probabilities [rows, classes], columns in the order of `labels`.
 */
export const logLoss = (
  yTrue: LabelData,
  probabilities: MatrixData,
  options: LabelledOptions = {},
): number => {
  const actual = labelsOf(yTrue);
  const labels = options.labels ?? distinctLabels("logLoss", actual);
  const given = designMatrix("logLoss", probabilities, "float64");
  if (given.shape[1] !== labels.length)
    throw new ShapeError(
      "logLoss",
      `probabilities have shape ${formatShape(given.shape)}, but there are ${labels.length} classes; ` +
        "name all classes with { labels: model.classes }",
      [given.shape],
    );
  const weights = metricWeights("logLoss", actual.length, given.shape[0]!, options);
  const indices = classIndices("logLoss", actual, labels);
  const resolution = given.dtype === "float32" ? 2 ** -23 : Number.EPSILON;
  const { data } = given;
  let sum = 0;
  indices.forEach((index, row) => {
    const values = data.subarray(row * labels.length, (row + 1) * labels.length);
    const probability = values[index]! / total(values);
    sum -= weights[row]! * Math.log(Math.min(1 - resolution, Math.max(resolution, probability)));
  });
  return sum / total(weights);
};

export interface ScoresOptions extends LabelledOptions {
  /**
   * `"binary"`: of `positiveLabel` alone (default when there are two classes at most); `"macro"`: mean over the classes (default
   * otherwise); `"weighted"`: mean weighted by the rows of each class; `"micro"`: over all decisions together.
   */
  readonly average?: "binary" | "macro" | "micro" | "weighted";
  /** The class that counts as found, for `"binary"`: the last one if left out. */
  readonly positiveLabel?: Label;
}

export interface Scores {
  /** Of those that were taken for the class, the share that are of it; 0 if there were none. */
  readonly precision: number;
  /** Of those that are of the class, the share that were found; 0 if there are none. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const scoresOf = (met: number, predicted: number, actual: number): Scores => ({
  precision: ratio(met, predicted),
  recall: ratio(met, actual),
  f1: ratio(2 * met, predicted + actual),
});

/** Precision, recall and F1 of each class, in the order of `labels`. */
export const classScores = (
  yTrue: LabelData,
  yPred: LabelData,
  options: LabelledOptions = {},
): (Scores & { readonly label: Label; readonly support: number })[] => {
  const all = distinctLabels("classScores", [...labelsOf(yTrue), ...labelsOf(yPred)]);
  // Over all labels: a row predicted as a class that was not asked for is a miss all the same.
  const { labels, matrix } = confusionMatrix(yTrue, yPred, { ...options, labels: all });
  const every = labels.map((label, i) => {
    const support = total(matrix[i]!);
    return { label, support, ...scoresOf(matrix[i]![i]!, total(matrix.map((row) => row[i]!)), support) };
  });
  return (options.labels ?? all).map(
    (label) =>
      every.find((scores) => scores.label === label) ?? { label, support: 0, precision: 0, recall: 0, f1: 0 },
  );
};

const averageOf = (scores: readonly Scores[], weights: readonly number[]): Scores => {
  const mean = (of: (scores: Scores) => number): number =>
    ratio(total(scores.map((score, i) => weights[i]! * of(score))), total(weights));
  return { precision: mean((s) => s.precision), recall: mean((s) => s.recall), f1: mean((s) => s.f1) };
};

/** Precision, recall and F1 as one number each. Undefined ratios (0/0) count as 0. */
export const precisionRecallF1 = (
  yTrue: LabelData,
  yPred: LabelData,
  options: ScoresOptions = {},
): Scores => {
  const scores = classScores(yTrue, yPred, options);
  const average = options.average ?? (scores.length <= 2 ? "binary" : "macro");
  if (average === "macro")
    return averageOf(
      scores,
      scores.map(() => 1),
    );
  if (average === "weighted")
    return averageOf(
      scores,
      scores.map(({ support }) => support),
    );
  if (average === "micro") {
    const { labels, matrix } = confusionMatrix(yTrue, yPred, { sampleWeight: options.sampleWeight });
    const asked = labels.flatMap((label, i) => ((options.labels ?? labels).includes(label) ? [i] : []));
    return scoresOf(
      total(asked.map((i) => matrix[i]![i]!)),
      total(asked.map((i) => total(matrix.map((row) => row[i]!)))),
      total(asked.map((i) => total(matrix[i]!))),
    );
  }
  const positive = options.positiveLabel ?? scores.at(-1)?.label;
  const found = scores.find(({ label }) => label === positive);
  if (found === undefined)
    throw new ArgumentError(
      "precisionRecallF1",
      `positiveLabel ${JSON.stringify(positive)} does not occur; there are ${scores.map(({ label }) => JSON.stringify(label)).join(", ")}`,
    );
  return { precision: found.precision, recall: found.recall, f1: found.f1 };
};
