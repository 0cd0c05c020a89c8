/** Linear support vector machines. */
import { add, div, mul, square } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import { total } from "./data.ts";
import { startingAt, trainLinearByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import type { ClassWeight } from "./labels.ts";
import { LinearClassifier, zeroScores } from "./linear-classifier.ts";
import type { Batch, Loss } from "./loss.ts";
import { finalLoss } from "./outcome.ts";
import { marginLosses, rowMarginLosses } from "./margins.ts";
import { type LinearParameters, linearScores, penaltyOnSquares } from "./objectives.ts";
import { requireCount, requireNonNegative, requirePositive, withDefaults } from "./options.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface LinearSVCOptions {
  /** The inverse strength of the penalty. */
  readonly C: number;
  readonly fitIntercept: boolean;
  /** Iterations of L-BFGS. */
  readonly maxIter: number;
  /** Converged when no component of the gradient of the loss per row is larger; columns of very large or small numbers count as of size 1. */
  readonly tol: number;
  readonly classWeight: ClassWeight | null;
  /** Begin at the last fit's parameters. */
  readonly warmStart: boolean;
}

const defaults: LinearSVCOptions = {
  C: 1,
  fitIntercept: true,
  maxIter: 1000,
  tol: 1e-4,
  classWeight: null,
  warmStart: false,
};

const rowLosses = rowMarginLosses(marginLosses.squaredHinge);

/** The penalty is on the intercepts too. */
const squaredHingeLoss: Loss<LinearParameters> = (parameters, batch) => {
  const { coef, intercept } = parameters;
  const losses = rowLosses(linearScores(parameters, batch.X), batch);
  const onCoef = penaltyOnSquares(coef, batch);
  const penalty = intercept === undefined ? onCoef : add(onCoef, mul(sum(square(intercept)), batch.penalty));
  return add(div(sum(losses), sum(batch.weights)), penalty);
};

/**
 * A linear support vector machine: C·Σ max(0, 1 − t·(Xw + b))² + ½·(Σ w² + b²), t being 1 for rows of the class and −1 for others
 * (Cortes and Vapnik 1995, with squared losses). As in scikit-learn, whose solver is liblinear, the intercept is penalised too, so that it
 * depends on where the columns have their zero: centre them. Several classes have one machine each, against the rest. There are no
 * probabilities; `CalibratedClassifierCV` makes some of the scores.
 */
export class LinearSVC extends LinearClassifier {
  override readonly kind = "LinearSVC";
  override readonly options: LinearSVCOptions;
  /** @internal */
  protected override readonly isAgainstRest = true;

  constructor(options: Partial<LinearSVCOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    requirePositive(this.kind, "C", this.options.C);
    requireCount(this.kind, "maxIter", this.options.maxIter);
    requireNonNegative(this.kind, "tol", this.options.tol);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<LinearParameters> {
    return { loss: squaredHingeLoss, data: withPenalty(data, 0.5 / this.perRow(data)) };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { tol, fitIntercept } = this.options;
    const { loss, data } = this.lossOf(task);
    const parameters = startingAt(zeroScores(data, task.classes.length, fitIntercept), task.known);
    const training = { parameters, loss, data, solver: "lbfgs", tol, isShiftable: false } as const;
    const outcome = yield* trainLinearByDescent(training, watch);
    return {
      ...outcome,
      objective: this.describe(task.isWeighted),
      objectiveValue: this.perRow(data) * finalLoss(outcome, loss, data),
    };
  }

  /** How many times the loss per row the objective is. */
  private perRow({ weights }: Batch): number {
    return this.options.C * total(weights.data);
  }

  private describe(isWeighted: boolean): string {
    const { C, fitIntercept } = this.options;
    const losses = `${C}·Σ ${isWeighted ? "s·" : ""}max(0, 1 − t·z)²`;
    return `${losses} + 1/2·${fitIntercept ? "(Σ w² + Σ b²)" : "Σ w²"}`;
  }
}
