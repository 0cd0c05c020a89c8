/** Linear models for numbers, trained by stochastic gradient descent. */
import { abs, greater, mul, square, sub, where } from "../functions/elementwise.ts";
import { huber } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { MatrixData, TargetData, WeightOption } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import type { Judge } from "./held-out.ts";
import { regressionJudge, SingleTargetRegressor, zeroParameters } from "./linear-regressor.ts";
import type { LinearParameters } from "./objectives.ts";
import { requireOneOf, withDefaults } from "./options.ts";
import {
  checkSgdOptions,
  type RowLosses,
  sgdDefaults,
  sgdLoss,
  type SgdOptions,
  sgdPenalised,
  trainSgd,
  withMeanWeight1,
} from "./sgd-training.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface SgdRegressorOptions extends SgdOptions {
  /** Of an error e: ½e²; Huber's ½e² up to epsilon and linear beyond it; max(0, |e| − epsilon); or that squared. */
  readonly loss: "squaredError" | "huber" | "epsilonInsensitive" | "squaredEpsilonInsensitive";
}

/** How far an error is beyond epsilon; where it is no further the slope is 0, as scikit-learn has it. */
const excess = (scores: Tensor, Y: Tensor, epsilon: number): Tensor => {
  const beyond = sub(abs(sub(scores, Y)), epsilon);
  return where(greater(beyond, 0), beyond, 0);
};

/** Of errors, with epsilon. */
const errorLosses: Readonly<
  Record<SgdRegressorOptions["loss"], (scores: Tensor, Y: Tensor, epsilon: number) => Tensor>
> = {
  squaredError: (scores, Y) => mul(square(sub(scores, Y)), 0.5),
  huber: (scores, Y, epsilon) => huber(scores, Y, { delta: epsilon, reduction: "none" }),
  epsilonInsensitive: excess,
  squaredEpsilonInsensitive: (scores, Y, epsilon) => square(excess(scores, Y, epsilon)),
};

const words: Readonly<Record<SgdRegressorOptions["loss"], (epsilon: number) => string>> = {
  squaredError: () => "½(y − Xw − b)²",
  huber: (epsilon) => `Huber's loss of y − Xw − b, quadratic up to ${epsilon}`,
  epsilonInsensitive: (epsilon) => `max(0, |y − Xw − b| − ${epsilon})`,
  squaredEpsilonInsensitive: (epsilon) => `max(0, |y − Xw − b| − ${epsilon})²`,
};

const judges = new Map<string, Judge<LinearParameters>>();

/** The same for the same losses, so that what is compiled is shared. */
const judgeFor = (options: SgdRegressorOptions): Judge<LinearParameters> => {
  const { loss, epsilon, penalty } = options;
  const key = `${loss} ${epsilon} ${String(penalty)}`;
  let judge = judges.get(key);
  if (judge === undefined) {
    const rowLosses: RowLosses = (scores, { Y, weights }) =>
      mul(errorLosses[loss](scores, Y, epsilon), weights);
    judges.set(key, (judge = { ...regressionJudge, loss: sgdLoss(rowLosses, options) }));
  }
  return judge;
};

/**
 * A linear model for numbers, trained one row (or `batchSize` rows) at a time: for tables with very many rows, and with
 * `partialFit` for those that come in parts. It goes towards the minimum of the mean loss plus the penalty, in steps that wander about it by
 * as much as their rate. Columns should be of size around 1: standardise them. One target.
 */
export class SGDRegressor extends SingleTargetRegressor {
  override readonly kind = "SGDRegressor";
  override readonly options: SgdRegressorOptions;

  constructor(options: Partial<SgdRegressorOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, { ...sgdDefaults, loss: "squaredError" }, options);
    requireOneOf(this.kind, "loss", this.options.loss, Object.keys(errorLosses));
    checkSgdOptions(this.kind, this.options);
  }

  /**
   * One epoch of steps over these rows, from where the last rows led: for tables that come in parts. Weights are taken as
   * they are; in `fit` they have a mean of 1. A model that was loaded goes on as if it had not been saved.
   */
  partialFit(X: MatrixData, y: TargetData, options: WeightOption = {}): this {
    return this.learnPart(X, y, options);
  }

  /** @internal */
  protected override weightsOfFit(given: WeightOption): WeightOption {
    return withMeanWeight1(given);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<LinearParameters> {
    return { loss: judgeFor(this.options).loss, data: sgdPenalised(this.options, data) };
  }

  /** @internal */
  protected override learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { options } = this;
    const untrained = zeroParameters(task.data, options.fitIntercept);
    const inWords = words[options.loss](options.epsilon);
    return trainSgd(task, { options, judge: judgeFor(options), untrained, words: inWords }, watch);
  }
}
