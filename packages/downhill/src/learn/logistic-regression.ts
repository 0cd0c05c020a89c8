/** Logistic regression, of two classes or several. */
import type { Tensor } from "../tensor/tensor.ts";
import { probabilitiesOf, scoreAccuracy } from "./classifier.ts";
import { type MatrixData, total } from "./data.ts";
import { startingAt, trainLinearByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import {
  checkFirstOrderOptions,
  firstOrderDefaults,
  type FirstOrderOptions,
  type FirstOrderSolver,
  firstOrderSolvers,
  isFirstOrder,
} from "./first-order.ts";
import { fitByFirstOrder } from "./first-order-training.ts";
import { allRows, holdOut, type Judge, withPenalty } from "./held-out.ts";
import type { ClassWeight } from "./labels.ts";
import type { Batch, Loss } from "./loss.ts";
import { LinearClassifier, zeroScores } from "./linear-classifier.ts";
import { binaryLogLoss, type LinearParameters, linearScores, multinomialLogLoss } from "./objectives.ts";
import { requireNumber, requireOneOf, withDefaults } from "./options.ts";
import { finalLoss, type Outcome } from "./outcome.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface LogisticRegressionOptions extends FirstOrderOptions {
  /** The inverse strength of the penalty ½ Σ w²; Infinity for none. */
  readonly C: number;
  readonly fitIntercept: boolean;
  /** `"lbfgs"` suits all sizes; `"newton"` needs few iterations if there are few columns; the others go step by step. */
  readonly solver: "lbfgs" | "newton" | FirstOrderSolver;
  readonly classWeight: ClassWeight | null;
  /** Begin at the last fit's parameters. */
  readonly warmStart: boolean;
}

const defaults: LogisticRegressionOptions = {
  ...firstOrderDefaults,
  maxIter: 100,
  tol: 1e-4,
  C: 1,
  fitIntercept: true,
  solver: "lbfgs",
  classWeight: null,
  warmStart: false,
};

/**
 * Logistic regression: probabilities from a linear function of the columns, by maximum likelihood with a penalty on large
 * coefficients: C·Σ log loss + ½·Σ w². More than two classes share one softmax (multinomial).
 */
export class LogisticRegression extends LinearClassifier {
  override readonly kind = "LogisticRegression";
  override readonly options: LogisticRegressionOptions;

  constructor(options: Partial<LogisticRegressionOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    const { C, solver } = this.options;
    requireNumber(this.kind, "C", C, (x) => x > 0, "a number above 0, or Infinity for no penalty");
    requireOneOf(this.kind, "solver", solver, ["lbfgs", "newton", ...firstOrderSolvers]);
    checkFirstOrderOptions(this.kind, this.options);
  }

  /** Probabilities [rows, classes], in the order of `classes`. */
  predictProba(X: MatrixData): Tensor {
    return probabilitiesOf(this.scores("predictProba", X));
  }

  /** @internal */
  protected override lossOf({ data, classes }: Rows): LossOn<LinearParameters> {
    const strength = this.options.C === Infinity ? 0 : 0.5 / this.perRow(data);
    return {
      loss: classes.length === 2 ? binaryLogLoss : multinomialLogLoss,
      data: withPenalty(data, strength),
    };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { operation, classes, known, isWeighted } = task;
    const { options } = this;
    const { solver, tol } = options;
    const { loss } = this.lossOf(task);
    const held = isFirstOrder(solver)
      ? holdOut(operation, task.data, task.validation, judgeFor(loss), options)
      : allRows<LinearParameters>(task.data);
    const { data } = this.lossOf({ ...task, data: held.train });
    const untrained = zeroScores(data, classes.length, options.fitIntercept);
    const parameters = startingAt(untrained, known);
    const outcome: Outcome<LinearParameters> = isFirstOrder(solver)
      ? yield* fitByFirstOrder(
          { task, solver, parameters, untrained, loss, rows: { ...held, train: data }, options },
          watch,
        )
      : yield* trainLinearByDescent({ parameters, loss, data, solver, tol, isShiftable: true }, watch);
    return {
      ...outcome,
      objective: this.describe(isWeighted),
      objectiveValue: this.perRow(data) * finalLoss(outcome, loss, data),
    };
  }

  /** How many times the loss per row the objective is. */
  private perRow({ weights }: Batch): number {
    const { C } = this.options;
    return (C === Infinity ? 1 : C) * total(weights.data);
  }

  private describe(isWeighted: boolean): string {
    const { C } = this.options;
    const losses = `Σ ${isWeighted ? "s·" : ""}log loss`;
    return C === Infinity ? losses : `${C}·${losses} + 1/2·Σ w²`;
  }
}

const judgeFor = (loss: Loss<LinearParameters>): Judge<LinearParameters> => ({
  loss,
  scores: linearScores,
  worth: scoreAccuracy,
});
