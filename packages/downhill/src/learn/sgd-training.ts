/** Options and training that the linear models trained by stochastic gradient descent share. */
import { full } from "../functions/create.ts";
import { abs, add, maximum, mul, sign, square, sub } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { numbersOf, total, type WeightOption } from "./data.ts";
import { startingAt } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt } from "./estimator.ts";
import { checkFirstOrderOptions, firstOrderDefaults, type FirstOrderOptions } from "./first-order.ts";
import { fitByFirstOrder } from "./first-order-training.ts";
import { holdOut, type Judge, withPenalty } from "./held-out.ts";
import { type Batch, compiledLoss, type Loss } from "./loss.ts";
import { type LinearParameters, linearScores } from "./objectives.ts";
import { requireNonNegative, requireNumber, requireOneOf, requirePositive } from "./options.ts";
import { adaptiveRate, constantRate, inverseStepRate, optimalRate, type RatePolicy } from "./rate.ts";
import type { TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

/**
 * scikit-learn's options, with two differences: its `eta0` is `learningRate` here and may be `"auto"`, its `learning_rate` is
 * `learningRateSchedule`. Steps take `batchSize` rows, one if left out.
 */
export interface SgdOptions extends FirstOrderOptions {
  /** On squares (ridge), on absolute values (lasso), or on both; null for none. */
  readonly penalty: "l2" | "l1" | "elasticnet" | null;
  /** The strength of the penalty beside the mean loss: alpha·(1 − l1)·½ Σ w² + alpha·l1·Σ |w|. */
  readonly alpha: number;
  /** l1, the share of absolute values in `"elasticnet"`. */
  readonly l1Ratio: number;
  readonly fitIntercept: boolean;
  /** The error up to which `"huber"` is quadratic and epsilon-insensitive losses are 0. */
  readonly epsilon: number;
  /**
   * `"constant"`; `"invscaling"`: learningRate / t^powerT at step t; `"optimal"`: 1 / (alpha^¼ + alpha·(t − 1)), which needs no
   * learningRate, and is for losses whose slopes are bounded (squared ones run away); `"adaptive"`: a fifth whenever nothing has got better by `tol` for `nIterNoChange` epochs, until it is below 1e-6.
   */
  readonly learningRateSchedule: "constant" | "optimal" | "invscaling" | "adaptive";
  readonly powerT: number;
  /** Begin at the last fit's parameters. */
  readonly warmStart: boolean;
}

export const sgdDefaults: SgdOptions = {
  ...firstOrderDefaults,
  learningRate: 0.01,
  batchSize: 1,
  maxIter: 1000,
  tol: 1e-3,
  penalty: "l2",
  alpha: 1e-4,
  l1Ratio: 0.15,
  fitIntercept: true,
  epsilon: 0.1,
  learningRateSchedule: "invscaling",
  powerT: 0.25,
  warmStart: false,
};

const schedules: Readonly<
  Record<SgdOptions["learningRateSchedule"], (rate: number, options: SgdOptions) => RatePolicy>
> = {
  constant: constantRate,
  optimal: (_rate, { alpha }) => optimalRate(alpha),
  invscaling: (rate, { powerT }) => inverseStepRate(rate, powerT),
  adaptive: adaptiveRate,
};

export const checkSgdOptions = (operation: string, options: SgdOptions): void => {
  const { penalty, alpha, learningRateSchedule: schedule } = options;
  if (penalty !== null) requireOneOf(operation, "penalty", penalty, ["l2", "l1", "elasticnet"]);
  requireNonNegative(operation, "alpha", alpha);
  requireNumber(operation, "l1Ratio", options.l1Ratio, (x) => x >= 0 && x <= 1, "a number from 0 to 1");
  requireNonNegative(operation, "epsilon", options.epsilon);
  requireNonNegative(operation, "powerT", options.powerT);
  requireOneOf(operation, "learningRateSchedule", schedule, Object.keys(schedules));
  if (schedule === "optimal") requirePositive(operation, 'with learningRateSchedule "optimal" alpha', alpha);
  checkFirstOrderOptions(operation, options);
};

/** The strengths of ½ Σ w² and of Σ |w|. */
export const sgdStrengths = ({
  penalty,
  alpha,
  l1Ratio,
}: SgdOptions): readonly [squares: number, absolutes: number] => {
  if (penalty === null) return [0, 0];
  const share = penalty === "l2" ? 0 : penalty === "l1" ? 1 : l1Ratio;
  return [alpha * (1 - share), alpha * share];
};

/** The losses of rows, given their scores and what they are to be: [rows], each with its weight. */
export type RowLosses = (scores: Tensor, batch: Batch) => Tensor;

/** Towards 0 by rate·strength, and no further: the minimum of |w|·rate·strength + ½(w − moved)². */
const shrink = (moved: Tensor, by: Tensor): Tensor => mul(sign(moved), maximum(sub(abs(moved), by), 0));

/** Σ w·loss / rows + penalty · Σ w². */
export const sgdLoss = (rowLosses: RowLosses, { penalty }: SgdOptions): Loss<LinearParameters> => {
  const loss: Loss<LinearParameters> = (parameters, batch) => {
    const losses = rowLosses(linearScores(parameters, batch.X), batch);
    return add(mul(sum(losses), 1 / losses.shape[0]!), mul(sum(square(parameters.coef)), batch.penalty));
  };
  return Object.assign(loss, {
    isPerRow: true,
    ...((penalty === "l1" || penalty === "elasticnet") && {
      proximal: ({ coef, ...others }: LinearParameters, rate: Tensor, { absolutes }: Batch) => ({
        coef: shrink(coef, mul(rate, absolutes!)),
        ...others,
      }),
    }),
  });
};

/** With the penalties in force. */
export const sgdPenalised = (options: SgdOptions, data: Batch): Batch => {
  const { dtype } = data.X;
  const [squares, absolutes] = sgdStrengths(options);
  const hasAbsolutes = options.penalty === "l1" || options.penalty === "elasticnet";
  return withPenalty(
    hasAbsolutes ? { ...data, absolutes: full([], absolutes, { dtype }) } : data,
    squares / 2,
  );
};

/** Weights of a mean of 1 over the rows that count: then a weight of k is as if the row were there k times. */
export const withMeanWeight1 = ({ sampleWeight }: WeightOption): WeightOption => {
  // None, or what is no list, as it was given.
  if (sampleWeight === undefined || Object(sampleWeight) !== sampleWeight) return { sampleWeight };
  const weights = Array.from(numbersOf(sampleWeight));
  const counting = weights.filter((weight) => weight !== 0).length;
  const factor = counting / total(weights);
  // What is no weight is refused where all weights are checked, as it was given.
  const areWeights = factor > 0 && factor < Infinity && weights.every((weight) => weight >= 0);
  return { sampleWeight: areWeights ? weights.map((weight) => weight * factor) : weights };
};

export interface SgdWay {
  readonly options: SgdOptions;
  readonly judge: Judge<LinearParameters>;
  readonly untrained: LinearParameters;
  /** Whether the loss of a model that has learnt nothing is as low as can be. */
  readonly mayRise?: boolean;
  /** The loss of a row as text. */
  readonly words: string;
}

/** Carries out a training, suspended after each step. */
export function* trainSgd(
  task: TrainingTask<LinearParameters>,
  { options, judge, untrained, mayRise = false, words }: SgdWay,
  watch: Watch,
): Suspendable<Learnt<LinearParameters>> {
  const { loss } = judge;
  const held = holdOut(task.operation, task.data, task.validation, judge, options);
  const data = sgdPenalised(options, held.train);
  const outcome = yield* fitByFirstOrder(
    {
      task,
      solver: "sgd",
      parameters: startingAt(untrained, task.known),
      untrained,
      loss,
      rows: { ...held, train: data },
      options,
      schedule: (rate) => schedules[options.learningRateSchedule](rate, options),
      mayRise: options.learningRateSchedule === "optimal" || mayRise,
      relativeTol: false,
    },
    watch,
  );
  const [squares, absolutes] = sgdStrengths(options);
  const size = Array.from(outcome.parameters.coef.data, Math.abs).reduce((a, b) => a + b, 0);
  const terms = [
    `1/${data.X.shape[0]!}·Σ ${task.isWeighted ? "s·" : ""}${words}`,
    ...(squares > 0 ? [`${Number((squares / 2).toPrecision(12))}·Σ w²`] : []),
    ...(absolutes > 0 ? [`${Number(absolutes.toPrecision(12))}·Σ |w|`] : []),
  ];
  return {
    ...outcome,
    objective: terms.join(" + "),
    objectiveValue: compiledLoss(loss)(outcome.parameters, data).item() + absolutes * size,
  };
}
