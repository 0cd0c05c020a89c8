/** What scores are worth at every threshold, and whether probabilities hold what they say (scikit-learn's definitions). */
import { ArgumentError } from "../../tensor/errors.ts";
import { numbersOf, total, type VectorData } from "../data.ts";
import { type Label, type LabelData, labelsOf } from "../labels.ts";
import { type MetricOptions, metricWeights } from "./weights.ts";

export interface CurveOptions extends MetricOptions {
  /** The class that high scores speak for; 1 if left out. */
  readonly posLabel?: Label;
}

interface Ranked {
  /** Different scores of rows that count, highest first. */
  readonly thresholds: number[];
  /** Rows of the class, and of others, with at least that score. */
  readonly found: number[];
  readonly mistaken: number[];
}

const ranked = (
  operation: string,
  yTrue: LabelData,
  scores: VectorData,
  { posLabel = 1, ...options }: CurveOptions,
): Ranked => {
  const labels = labelsOf(yTrue);
  const values = numbersOf(scores);
  const weights = metricWeights(operation, labels.length, values.length, options);
  const unordered = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (unordered >= 0)
    throw new ArgumentError(
      operation,
      `score ${unordered} is ${values[unordered]}; scores are finite numbers`,
    );
  // Rows that do not count are no thresholds: above the first one that does, precision would be 0/0.
  const counted = [...labels.keys()].filter((row) => weights[row]! > 0);
  const order = counted.sort((a, b) => values[b]! - values[a]!);
  const result: Ranked = { thresholds: [], found: [], mistaken: [] };
  let [found, mistaken] = [0, 0];
  order.forEach((row, i) => {
    if (labels[row] === posLabel) found += weights[row]!;
    else mistaken += weights[row]!;
    const next = order[i + 1];
    if (next !== undefined && values[next] === values[row]) return;
    result.thresholds.push(values[row]!);
    result.found.push(found);
    result.mistaken.push(mistaken);
  });
  return result;
};

const requireBoth = (operation: string, { found, mistaken }: Ranked, posLabel: Label = 1): void => {
  const [positive, negative] = [found.at(-1) ?? 0, mistaken.at(-1) ?? 0];
  if (positive > 0 && negative > 0) return;
  throw new ArgumentError(
    operation,
    `${positive > 0 ? "all" : "no"} rows are of class ${String(posLabel)}; both kinds must occur` +
      (positive > 0 ? "" : ", or name the other class as posLabel"),
  );
};

/**
 * Brier's score: the mean of (probability − 1)² for rows of the class and probability² for others (Brier 1950).
 *
 * @param probabilities of the class `posLabel`.
 * @throws ArgumentError if one is no probability.
 */
export const brierScoreLoss = (
  yTrue: LabelData,
  probabilities: VectorData,
  { posLabel = 1, ...options }: CurveOptions = {},
): number => {
  const labels = labelsOf(yTrue);
  const values = numbersOf(probabilities);
  const weights = metricWeights("brierScoreLoss", labels.length, values.length, options);
  let sum = 0;
  labels.forEach((label, row) => {
    const value = values[row]!;
    if (!(value >= 0 && value <= 1))
      throw new ArgumentError("brierScoreLoss", `row ${row} has ${value}; write probabilities, from 0 to 1`);
    sum += weights[row]! * (value - (label === posLabel ? 1 : 0)) ** 2;
  });
  return sum / total(weights);
};

export interface RocCurve {
  /** Share of the rows of other classes with at least the threshold's score, from 0 to 1. */
  readonly falsePositiveRate: readonly number[];
  /** The same of the rows of the class. */
  readonly truePositiveRate: readonly number[];
  /** Falling; the first is infinite: no row has that score. */
  readonly thresholds: readonly number[];
}

/**
 * The receiver operating characteristic: for each score as threshold, which share of the class is found, and which share
 * of the others is taken for it.
 *
 * @throws ArgumentError unless there are rows of the class and others.
 */
export const rocCurve = (yTrue: LabelData, scores: VectorData, options: CurveOptions = {}): RocCurve => {
  const curve = ranked("rocCurve", yTrue, scores, options);
  requireBoth("rocCurve", curve, options.posLabel);
  const shares = (counts: readonly number[]): number[] => [0, ...counts.map((n) => n / counts.at(-1)!)];
  return {
    falsePositiveRate: shares(curve.mistaken),
    truePositiveRate: shares(curve.found),
    thresholds: [Infinity, ...curve.thresholds],
  };
};

/** The area under the ROC curve: how often a row of the class has a higher score than another one, ties counting half. */
export const rocAucScore = (yTrue: LabelData, scores: VectorData, options: CurveOptions = {}): number => {
  const { falsePositiveRate: x, truePositiveRate: y } = rocCurve(yTrue, scores, options);
  return x.reduce((area, at, i) => (i === 0 ? 0 : area + ((at - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2), 0);
};

export interface PrecisionRecallCurve {
  /** Share of the class among the rows with at least the threshold's score. */
  readonly precision: readonly number[];
  /** Share of the class that these are, falling to 0. */
  readonly recall: readonly number[];
  /** Rising; one fewer than points, the last of which (precision 1, recall 0) has none. */
  readonly thresholds: readonly number[];
}

/** For each score as threshold, what share of the rows found is of the class, and what share of the class is found. */
export const precisionRecallCurve = (
  yTrue: LabelData,
  scores: VectorData,
  options: CurveOptions = {},
): PrecisionRecallCurve => {
  const { thresholds, found, mistaken } = ranked("precisionRecallCurve", yTrue, scores, options);
  requireBoth("precisionRecallCurve", { thresholds, found, mistaken }, options.posLabel);
  const all = found.at(-1)!;
  return {
    precision: [...found.map((n, i) => n / (n + mistaken[i]!)).reverse(), 1],
    recall: [...found.map((n) => n / all).reverse(), 0],
    thresholds: thresholds.reverse(),
  };
};

/** The mean of the precisions, each weighted with the gain in recall there. */
export const averagePrecisionScore = (
  yTrue: LabelData,
  scores: VectorData,
  options: CurveOptions = {},
): number => {
  const { precision, recall } = precisionRecallCurve(yTrue, scores, options);
  return precision.reduce((sum, at, i) => sum + at * (recall[i]! - (recall[i + 1] ?? recall[i]!)), 0);
};

export interface CalibrationBin {
  /** Share (by weight) of the bin's rows that are of the class. */
  readonly probTrue: number;
  /** Mean of their predicted probabilities. */
  readonly probPred: number;
  /** Number (or weight) of rows. */
  readonly count: number;
}

/**
 * Whether probabilities hold what they say: rows in bins of equal width by their predicted probability, and in each the
 * mean prediction beside what came true. Bins without rows are left out.
 *
 * @throws ArgumentError at probabilities outside of 0 … 1.
 */
export const calibrationCurve = (
  yTrue: LabelData,
  probabilities: VectorData,
  { nBins = 5, posLabel = 1, ...options }: CurveOptions & { readonly nBins?: number } = {},
): CalibrationBin[] => {
  const operation = "calibrationCurve";
  if (!Number.isInteger(nBins) || nBins < 1)
    throw new ArgumentError(operation, `nBins is ${nBins}; write a whole number from 1`);
  const labels = labelsOf(yTrue);
  const values = numbersOf(probabilities);
  const weights = metricWeights(operation, labels.length, values.length, options);
  const sums = Array.from({ length: nBins }, () => ({ met: 0, predicted: 0, count: 0 }));
  labels.forEach((label, row) => {
    const value = values[row]!;
    if (!(value >= 0 && value <= 1))
      throw new ArgumentError(operation, `probability ${row} is ${value}; probabilities are from 0 to 1`);
    // Bins include their upper ends, as those of scikit-learn do. The product may round to a number above the bin's end.
    const above = Math.max(0, Math.ceil(value * nBins) - 1);
    const bin = sums[above > 0 && value <= above / nBins ? above - 1 : above]!;
    bin.met += label === posLabel ? weights[row]! : 0;
    bin.predicted += value * weights[row]!;
    bin.count += weights[row]!;
  });
  return sums
    .filter(({ count }) => count > 0)
    .map(({ met, predicted, count }) => ({ probTrue: met / count, probPred: predicted / count, count }));
};
