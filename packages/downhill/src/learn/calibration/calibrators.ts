/** From scores to probabilities: functions of one number, learnt from scores and what came true. */
import { wrap } from "../../tensor/create.ts";
import { LogisticRegression } from "../logistic-regression.ts";
import { total } from "../data.ts";

export type CalibrationMethod = "sigmoid" | "isotonic";

/** σ(slope · score + intercept). */
export interface SigmoidCalibrator {
  readonly method: "sigmoid";
  readonly slope: number;
  readonly intercept: number;
}

/** Straight lines between points, scores rising; level beyond the first and the last. */
export interface IsotonicCalibrator {
  readonly method: "isotonic";
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
}

export type Calibrator = SigmoidCalibrator | IsotonicCalibrator;

/**
 * Platt's method (1999): the logistic curve of greatest likelihood, with targets that are not quite 1 and 0 but (n₊ + 1)/(n₊ + 2)
 * and 1/(n₋ + 2), n being the number (or weight) of rows of the class and of the others, so that few rows make no certainty.
 *
 * @param positive 1 for the rows of the class, 0 for the others.
 */
export const fitSigmoid = (
  scores: Float64Array,
  positive: Uint8Array,
  weights: Float64Array,
): SigmoidCalibrator => {
  const rows = scores.length;
  const inClass = total(weights.map((weight, row) => weight * positive[row]!));
  const outside = total(weights) - inClass;
  const [high, low] = [(inClass + 1) / (inClass + 2), 1 / (outside + 2)];
  // A target between 0 and 1 is a row that is there twice, with a part of its weight as one class and the rest as the other.
  const targets = Array.from(positive, (is) => (is === 1 ? high : low));
  const shares = [
    ...targets.map((target, row) => target * weights[row]!),
    ...targets.map((target, row) => (1 - target) * weights[row]!),
  ];
  const twice = Float64Array.of(...scores, ...scores);
  const X = wrap(twice, [2 * rows, 1], "float64");
  const y = Array.from({ length: 2 * rows }, (_, row) => (row < rows ? 1 : 0));
  const curve = new LogisticRegression({ C: Infinity, solver: "newton", tol: 1e-10 });
  curve.fit(X, y, { sampleWeight: shares });
  return { method: "sigmoid", slope: curve.coef.item(), intercept: curve.intercept.item() };
};

interface Block {
  value: number;
  weight: number;
  readonly first: number;
  last: number;
}

/**
 * The rising function nearest to what came true in squares, by pooling neighbours that violate the order (Ayer et al. 1955). Rows
 * of equal score are one point.
 */
export const fitIsotonic = (
  scores: Float64Array,
  positive: Uint8Array,
  weights: Float64Array,
): IsotonicCalibrator => {
  const order = Array.from(scores.keys())
    .filter((row) => weights[row]! > 0)
    .sort((a, b) => scores[a]! - scores[b]!);
  const points: Block[] = [];
  for (const row of order) {
    const [score, weight, value] = [scores[row]!, weights[row]!, positive[row]!];
    const previous = points.at(-1);
    if (previous?.last === score) pool(previous, { value, weight });
    else points.push({ value, weight, first: score, last: score });
  }
  const blocks: Block[] = [];
  for (const point of points) {
    blocks.push(point);
    while (blocks.length > 1 && blocks.at(-2)!.value >= blocks.at(-1)!.value) {
      const later = blocks.pop()!;
      pool(blocks.at(-1)!, later);
      blocks.at(-1)!.last = later.last;
    }
  }
  const ends = blocks.flatMap(({ first, last, value }) =>
    first === last ? [[first, value] as const] : [[first, value] as const, [last, value] as const],
  );
  return {
    method: "isotonic",
    scores: Float64Array.from(ends, ([score]) => score),
    probabilities: Float64Array.from(ends, ([, probability]) => probability),
  };
};

const pool = (block: Block, { value, weight }: { readonly value: number; readonly weight: number }): void => {
  const both = block.weight + weight;
  block.value = (block.value * block.weight + value * weight) / both;
  block.weight = both;
};

export const fitCalibrator: Readonly<
  Record<CalibrationMethod, (scores: Float64Array, positive: Uint8Array, weights: Float64Array) => Calibrator>
> = { sigmoid: fitSigmoid, isotonic: fitIsotonic };

const interpolated = ({ scores, probabilities }: IsotonicCalibrator, score: number): number => {
  if (score <= scores[0]!) return probabilities[0]!;
  if (score >= scores.at(-1)!) return probabilities.at(-1)!;
  // The first point that is not below the score.
  let [low, high] = [0, scores.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle]! < score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]!) / (scores[high]! - scores[low]!);
  return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!);
};

/** The probability that a score stands for. */
export const calibrated = (calibrator: Calibrator, score: number): number => {
  if (calibrator.method === "isotonic") return interpolated(calibrator, score);
  return 1 / (1 + Math.exp(-(calibrator.slope * score + calibrator.intercept)));
};
