/** Finding a learning rate by trying all of them: the range test with its picture as data, and a reason. */
import { extremesOf } from "../../curvature/extremes.ts";
import { hessianAt, hessianProduct } from "../../curvature/hessian.ts";
import type { SymmetricOperator } from "../../curvature/lanczos.ts";
import { asParameters, type Tensors } from "../../curvature/parameters.ts";
import { stableRate } from "../../curvature/stable-rate.ts";
import { addScaled } from "../../optim/lbfgs/vector.ts";
import { lowestPoint, type RangeCurve, type RangePoint } from "../../optim/range-test.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { borderText, percent, sentences, short, twoDigits } from "./judgement/words.ts";
import { type OptimizerChoice, optimizerOf, type RatedOptimizer } from "./optimizers.ts";
import { rangeCurve } from "./range-curve.ts";

export interface FindLearningRateOptions<B> {
  /**
   * Mini-batches, any trees of tensors: one for each step, from the first on again when they are used up. If left out, the
   * loss is a function of the parameters alone.
   */
  readonly batches?: readonly B[];
  /** `"gd"` if left out; those that bring their own rate have none to be found. */
  readonly optimizer?: OptimizerChoice;
  /** The first rate tried; 1e-6 if left out. */
  readonly lowest?: number;
  /** The last one; 10 if left out. The test ends earlier when the loss runs away. */
  readonly highest?: number;
  /** How many rates are tried at most; 100 if left out. */
  readonly trials?: number;
  /** How much of the average loss stays from step to step; 0.8 if left out, with a single batch 0. */
  readonly smoothing?: number;
}

export interface LearningRateSearch {
  /** The one recommended. */
  readonly learningRate: number;
  /** Why, in a sentence or two. */
  readonly reason: string;
  /** The curve: the loss that a step at each rate led to, plain and smoothed. */
  readonly points: readonly RangePoint[];
  /** The loss before the first step. */
  readonly start: number;
  /** Where the smoothed loss fell fastest against the logarithm of the rate; undefined if the curve is too short to tell. */
  readonly steepest: RangePoint | undefined;
  /** Where the smoothed loss was lowest. */
  readonly bottom: RangePoint;
  /** λmax of the loss at the start, over eight of the batches at most. */
  readonly sharpness: number;
  /** The border for the optimizer's steps at the start (see `stableRate`); undefined if there is none for them. */
  readonly stableRate: number | undefined;
}

const operation = "findLearningRate";

/** Curvature is measured on so many of the batches at most. */
const measuredBatches = 8;

/** The mean of the Hessians on some of the batches, evenly spread. */
const meanHessian = <P extends object, B>(
  f: (params: P, batch: B) => Tensor,
  params: P,
  batches: readonly B[],
): SymmetricOperator => {
  const count = Math.min(batches.length, measuredBatches);
  const chosen = Array.from({ length: count }, (_, i) => batches[Math.floor((i * batches.length) / count)]!);
  const product = hessianProduct<P, [B]>(f);
  const parts = chosen.map((batch) => hessianAt<P, [B]>(product, params, batch));
  return {
    ...parts[0]!,
    multiply: (vector) => {
      const sum = new Float64Array(vector.length);
      for (const { multiply } of parts) addScaled(sum, 1 / count, multiply(vector));
      return sum;
    },
  };
};

/** Slopes are taken over so many points to each side. */
const reach = 3;

/** Where the smoothed loss falls fastest, up to its lowest point; not among the first, whose average is of few losses. */
const steepestPoint = (
  { points }: RangeCurve,
  bottom: RangePoint,
  settling: number,
): RangePoint | undefined => {
  let best: { readonly point: RangePoint; readonly fall: number } | undefined;
  for (let i = Math.max(reach, settling); i + reach < points.length; i++) {
    const point = points[i]!;
    if (point.rate > bottom.rate) break;
    const fall = points[i - reach]!.smoothed - points[i + reach]!.smoothed;
    if (fall > (best?.fall ?? 0)) best = { point, fall };
  }
  return best?.point;
};

const checkOptions = ({
  lowest,
  highest,
  trials,
  smoothing,
}: Required<Omit<FindLearningRateOptions<never>, "batches" | "optimizer">>): void => {
  if (!(lowest > 0 && highest > lowest && highest < Infinity))
    throw new ArgumentError(operation, `rates from ${lowest} to ${highest}; write 0 < lowest < highest`);
  if (!Number.isInteger(trials) || trials < 10)
    throw new ArgumentError(operation, `trials is ${trials}; write a whole number from 10`);
  if (!(smoothing >= 0 && smoothing < 1))
    throw new ArgumentError(operation, `smoothing is ${smoothing}; write a number from 0 and below 1`);
};

/** The part of the sentence on curvature. */
const borderSentence = (
  rate: number,
  { rule }: RatedOptimizer,
  range: ReturnType<typeof extremesOf>,
): string | undefined => {
  if (rule === undefined || !(range.largest > 0)) return undefined;
  const share = rate / stableRate(range.largest, rule);
  const text = borderText(rule, range, "at the start");
  return share > 1
    ? `it is above ${text}, which the loss bore because it got flatter on the way`
    : `it is ${percent(share)} of ${text}`;
};

/**
 * The learning rate range test (Smith 2017): steps at rates that grow by the same factor each time, until the loss runs
 * away. Recommended is a tenth of the rate that led to the lowest loss: the loss falls fastest somewhat below that rate,
 * but where exactly depends on the batches that happen to be there, and the margin is for the many steps to come.
 *
 * @param loss a float scalar of the parameters and a batch; it is compiled, so that it cannot read values.
 * @param params where to start: any nesting of float tensors and numbers (which count as float64).
 * @throws ArgumentError at options that make no sense, where the loss at the start is not finite, and where no rate lowers
 *   the loss.
 */
export const findLearningRate = <T, B = undefined>(
  loss: (params: Tensors<T>, batch: B) => Tensor,
  params: T,
  options: FindLearningRateOptions<B> = {},
): LearningRateSearch => {
  const { batches = [undefined as B], optimizer: choice = "gd" } = options;
  if (batches.length === 0) throw new ArgumentError(operation, "batches is empty; write at least one");
  const isNoisy = batches.length > 1;
  const { lowest = 1e-6, highest = 10, trials = 100, smoothing = isNoisy ? 0.8 : 0 } = options;
  checkOptions({ lowest, highest, trials, smoothing });
  const optimizer = optimizerOf(operation, choice);
  if (optimizer.kind === "complete")
    throw new ArgumentError(
      operation,
      `this optimizer (${optimizer.name}) brings its own rate; write a name such as "adam", or (learningRate) => …`,
    );
  const f = loss as (at: object, batch: B) => Tensor;
  const start = asParameters(operation, params);
  const curve = rangeCurve(f, start, optimizer.make, batches, { lowest, highest, trials, smoothing });
  if (!Number.isFinite(curve.start))
    throw new ArgumentError(operation, `the loss at the start is ${curve.start}; start elsewhere`);
  const range = extremesOf(operation, meanHessian(f, start, batches), { tolerance: 1e-3 }, "largest");
  const bottom = lowestPoint(curve);
  if (bottom === undefined)
    throw new ArgumentError(
      operation,
      `no rate from ${lowest} to ${short(curve.points.at(-1)?.rate ?? lowest)} lowered the loss, which is ` +
        `${short(curve.start)} at the start; try a lower \`lowest\`, or start elsewhere`,
    );
  const learningRate = twoDigits(bottom.rate / 10);
  const steepest = steepestPoint(curve, bottom, isNoisy ? Math.ceil(1 / (1 - smoothing)) : 0);
  const isOpen = bottom === curve.points.at(-1);
  return {
    learningRate,
    reason: sentences(
      `a tenth of ${short(twoDigits(bottom.rate))}, ${isOpen ? "the highest rate tried, at which the loss still fell" : "where the loss was lowest"}`,
      steepest && `it fell fastest at ${short(twoDigits(steepest.rate))}`,
      borderSentence(learningRate, optimizer, range),
    ),
    points: curve.points,
    start: curve.start,
    steepest,
    bottom,
    sharpness: range.largest,
    stableRate: optimizer.rule && stableRate(range.largest, optimizer.rule),
  };
};
