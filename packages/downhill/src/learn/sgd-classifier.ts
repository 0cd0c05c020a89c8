/** Linear models for classes, trained by stochastic gradient descent. */
import { clip, sigmoid } from "../functions/activations.ts";
import { add, div, equal, mul, sub, where } from "../functions/elementwise.ts";
import { concatenate, expandDims } from "../functions/shapes.ts";
import { sum } from "../functions/reductions.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { scoreAccuracy } from "./classifier.ts";
import type { MatrixData, WeightOption } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import type { Judge } from "./held-out.ts";
import type { ClassWeight, LabelData } from "./labels.ts";
import { LinearClassifier, zeroScores } from "./linear-classifier.ts";
import { marginLosses, rowMarginLosses } from "./margins.ts";
import { type LinearParameters, linearScores } from "./objectives.ts";
import { requireOneOf, withDefaults } from "./options.ts";
import type { PartOptions } from "./parts.ts";
import {
  checkSgdOptions,
  sgdDefaults,
  sgdLoss,
  type SgdOptions,
  sgdPenalised,
  trainSgd,
  withMeanWeight1,
} from "./sgd-training.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface SgdClassifierOptions extends SgdOptions {
  /**
   * Of a margin m = t·z: max(0, 1 − m) (a support vector machine), that squared, ln(1 + e^−m) (logistic regression), max(0, 1 − m)² that
   * goes on as a line from m = −1 down, or max(0, −m).
   */
  readonly loss: keyof typeof marginLosses;
  /** A class weight counts for the class's own score, as in scikit-learn. */
  readonly classWeight: ClassWeight | null;
}

const defaults: SgdClassifierOptions = {
  ...sgdDefaults,
  loss: "hinge",
  learningRateSchedule: "optimal",
  powerT: 0.5,
  classWeight: null,
};

const words: Readonly<Record<SgdClassifierOptions["loss"], string>> = {
  hinge: "max(0, 1 − t·z)",
  squaredHinge: "max(0, 1 − t·z)²",
  logLoss: "ln(1 + e^(−t·z))",
  modifiedHuber: "modified Huber loss of t·z",
  perceptron: "max(0, −t·z)",
};

const judges = new Map<string, Judge<LinearParameters>>();

/** The same for the same losses, so that what is compiled is shared. */
const judgeFor = (options: SgdClassifierOptions): Judge<LinearParameters> => {
  const key = `${options.loss} ${String(options.penalty)}`;
  let judge = judges.get(key);
  if (judge === undefined) {
    const rowLosses = rowMarginLosses(marginLosses[options.loss]);
    judge = {
      loss: sgdLoss(rowLosses, options),
      scores: linearScores,
      worth: scoreAccuracy,
    };
    judges.set(key, judge);
  }
  return judge;
};

/** What each score alone says, made to add up to 1; where none says anything, all the same. */
const sharesOf = (single: Tensor): Tensor => {
  if (single.shape[1] === 1) return concatenate([sub(1, single), single], 1);
  const all = expandDims(sum(single, 1), 1);
  return where(equal(all, 0), 1 / single.shape[1]!, div(single, where(equal(all, 0), 1, all)));
};

const probabilities: Partial<Record<SgdClassifierOptions["loss"], (scores: Tensor) => Tensor>> = {
  logLoss: jit((scores: Tensor) => sharesOf(sigmoid(scores))),
  // Zhang 2004, and Zadrozny and Elkan 2002 for several classes.
  modifiedHuber: jit((scores: Tensor) => sharesOf(mul(add(clip(scores, -1, 1), 1), 0.5))),
};

/**
 * A linear classifier, trained one row (or `batchSize` rows) at a time: for tables with very many rows, and with `partialFit` for those
 * that come in parts. Several classes have one score each, against the rest. Columns should be of size around 1: standardise
 * them. With the losses `"logLoss"` and `"modifiedHuber"` it knows probabilities.
 */
export class SGDClassifier extends LinearClassifier {
  override readonly kind = "SGDClassifier";
  override readonly options: SgdClassifierOptions;
  /** @internal */
  protected override readonly isAgainstRest = true;

  constructor(options: Partial<SgdClassifierOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    requireOneOf(this.kind, "loss", this.options.loss, Object.keys(marginLosses));
    checkSgdOptions(this.kind, this.options);
  }

  /** Probabilities [rows, classes], in the order of `classes`. @throws ArgumentError with a loss that has none. */
  predictProba(X: MatrixData): Tensor {
    const { loss } = this.options;
    const probabilitiesOf = probabilities[loss];
    if (probabilitiesOf === undefined)
      throw new ArgumentError(
        `${this.kind}.predictProba`,
        `the loss "${loss}" has no probabilities; write "logLoss" or "modifiedHuber", or calibrate the scores`,
      );
    return probabilitiesOf(this.scores("predictProba", X));
  }

  /**
   * One epoch of steps over these rows, from where the last rows led: for tables that come in parts. Weights are taken as
   * they are; in `fit` they have a mean of 1. A model that was loaded goes on as if it had not been saved.
   */
  partialFit(X: MatrixData, y: LabelData, options: PartOptions = {}): this {
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
    const { loss, fitIntercept } = options;
    return trainSgd(
      task,
      {
        options,
        judge: judgeFor(options),
        untrained: zeroScores(task.data, task.classes.length, fitIntercept),
        mayRise: loss === "perceptron",
        words: words[loss],
      },
      watch,
    );
  }
}
