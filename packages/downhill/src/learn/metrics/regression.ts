/** How far predicted numbers are from the actual ones (scikit-learn's definitions). */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type TargetData, targetTensor, total, weightedMean } from "../data.ts";
import { type MetricOptions, metricWeights, requirePredictions } from "./weights.ts";

interface Pair {
  readonly actual: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  readonly weights: Float64Array;
  readonly columns: number;
}

const rowsOf = (data: TargetData): number => (data instanceof Tensor ? (data.shape[0] ?? 1) : data.length);

const pairOf = (operation: string, yTrue: TargetData, yPred: TargetData, options: MetricOptions): Pair => {
  requirePredictions(operation, rowsOf(yTrue), rowsOf(yPred));
  const actual = targetTensor(operation, yTrue, rowsOf(yTrue), "float64");
  const predicted = targetTensor(operation, yPred, rowsOf(yTrue), "float64");
  // A single target may be [rows] on one side and [rows, 1] on the other.
  if (!sameShape([actual.shape[0]!, actual.shape[1] ?? 1], [predicted.shape[0]!, predicted.shape[1] ?? 1]))
    throw new ShapeError(
      operation,
      `targets have shape ${formatShape(actual.shape)}, predictions ${formatShape(predicted.shape)}`,
      [actual.shape, predicted.shape],
    );
  return {
    actual: actual.data,
    predicted: predicted.data,
    weights: metricWeights(operation, actual.shape[0]!, predicted.shape[0]!, options),
    columns: actual.shape[1] ?? 1,
  };
};

const meanOf = (
  { actual, predicted, weights, columns }: Pair,
  cost: (difference: number, actual: number, predicted: number) => number,
): number => {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    const [y, z] = [actual[i]!, predicted[i]!];
    sum += weights[Math.floor(i / columns)]! * cost(y - z, y, z);
  }
  return sum / (total(weights) * columns);
};

/** The mean of (actual − predicted)², in squared units of the target; over all targets if there are several. */
export const meanSquaredError = (yTrue: TargetData, yPred: TargetData, options: MetricOptions = {}): number =>
  meanOf(pairOf("meanSquaredError", yTrue, yPred, options), (difference) => difference ** 2);

/** The mean of |actual − predicted|, in units of the target. */
export const meanAbsoluteError = (
  yTrue: TargetData,
  yPred: TargetData,
  options: MetricOptions = {},
): number => meanOf(pairOf("meanAbsoluteError", yTrue, yPred, options), (d) => Math.abs(d));

/**
 * The mean of |y − ŷ| / |y|, a share: 0.1 is ten percent. A target of 0 counts as the smallest difference of numbers near 1
 * (2⁻⁵²), so that a mistake there is enormous rather than infinite.
 */
export const meanAbsolutePercentageError = (
  yTrue: TargetData,
  yPred: TargetData,
  options: MetricOptions = {},
): number =>
  meanOf(
    pairOf("meanAbsolutePercentageError", yTrue, yPred, options),
    (d, actual) => Math.abs(d) / Math.max(Math.abs(actual), Number.EPSILON),
  );

/** The square root of the mean squared error, in units of the target; of several targets the mean of their roots. */
export const rootMeanSquaredError = (
  yTrue: TargetData,
  yPred: TargetData,
  options: MetricOptions = {},
): number => {
  const { columns, ...pair } = pairOf("rootMeanSquaredError", yTrue, yPred, options);
  const roots = columnPairs({ columns, ...pair }).map((column) => Math.sqrt(meanOf(column, (d) => d ** 2)));
  return total(roots) / columns;
};

const columnPairs = ({ actual, predicted, weights, columns }: Pair): Pair[] => {
  if (columns === 1) return [{ actual, predicted, weights, columns }];
  return Array.from({ length: columns }, (_, column) => {
    const pick = (values: ArrayLike<number>): number[] =>
      Array.from(weights, (_weight, row) => values[row * columns + column]!);
    return { actual: pick(actual), predicted: pick(predicted), weights, columns: 1 };
  });
};

/** The weighted mean, which of equal numbers is their value, whatever rounding makes of their sum. */
const centreOf = ({ actual, weights }: Pair): number => {
  const first = actual[weights.findIndex((weight) => weight > 0)]!;
  const isConstant = weights.every((weight, row) => weight === 0 || actual[row] === first);
  return isConstant ? first : weightedMean(actual, weights);
};

const r2OfColumn = (column: Pair): number => {
  const { actual, predicted, weights } = column;
  const mean = centreOf(column);
  let residual = 0;
  let deviation = 0;
  for (let i = 0; i < actual.length; i++) {
    residual += weights[i]! * (actual[i]! - predicted[i]!) ** 2;
    deviation += weights[i]! * (actual[i]! - mean) ** 2;
  }
  if (deviation === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / deviation;
};

/**
 * The coefficient of determination R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 is perfect, 0 as good as always the mean. For
 * constant targets 1 if they are met exactly and 0 otherwise; of several targets the mean of their R².
 */
export const r2Score = (yTrue: TargetData, yPred: TargetData, options: MetricOptions = {}): number => {
  const pair = pairOf("r2Score", yTrue, yPred, options);
  return total(columnPairs(pair).map(r2OfColumn)) / pair.columns;
};

/** Counts y ≥ 0 and expected counts ŷ > 0. */
const countsOf = (operation: string, yTrue: TargetData, yPred: TargetData, options: MetricOptions): Pair => {
  const pair = pairOf(operation, yTrue, yPred, options);
  const { actual, predicted } = pair;
  for (let i = 0; i < actual.length; i++)
    if (!(actual[i]! >= 0 && predicted[i]! > 0))
      throw new ArgumentError(
        operation,
        `${actual[i]!} was predicted as ${predicted[i]!}; counts are at least 0, predictions of them above 0`,
      );
  return pair;
};

const devianceOf = (pair: Pair): number =>
  // Where nothing was counted, y·ln y is 0.
  meanOf(pair, (difference, y, z) => 2 * ((y === 0 ? 0 : y * Math.log(y / z)) - difference));

/** The mean deviance of Poisson's distribution, 2·(y·ln(y/ŷ) − y + ŷ): 0 is perfect. @throws ArgumentError at y < 0 or ŷ ≤ 0. */
export const meanPoissonDeviance = (
  yTrue: TargetData,
  yPred: TargetData,
  options: MetricOptions = {},
): number => devianceOf(countsOf("meanPoissonDeviance", yTrue, yPred, options));

/**
 * The share of Poisson's deviance that is explained, D² = 1 − deviance / deviance of always the mean: 1 is perfect, 0 as
 * good as the mean; of several targets the mean of their D². @throws ArgumentError at y < 0 or ŷ ≤ 0.
 */
export const d2PoissonScore = (yTrue: TargetData, yPred: TargetData, options: MetricOptions = {}): number => {
  const pair = countsOf("d2PoissonScore", yTrue, yPred, options);
  const shares = columnPairs(pair).map((column) => {
    const mean = centreOf(column);
    const known = devianceOf(column);
    const plain = devianceOf({ ...column, predicted: Array.from(column.actual, () => mean) });
    return plain === 0 ? Number(known === 0) : 1 - known / plain;
  });
  return total(shares) / pair.columns;
};
