/** Logistic regression, of two classes or several. */
import { full } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { probabilitiesOf, scoreAccuracy } from "./classifier.ts";
import { type MatrixData, total } from "./data.ts";
import { descentMethod, startingAt, trainByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Fitted, WeightOption, LossOn } from "./estimator.ts";
import {
  checkFirstOrderOptions,
  firstOrderDefaults,
  type FirstOrderOptions,
  type FirstOrderSolver,
  firstOrderSolvers,
  isFirstOrder,
} from "./first-order.ts";
import { fitByFirstOrder } from "./first-order-training.ts";
import { allRows, type HeldOut, holdOut, type Judge } from "./held-out.ts";
import type { ClassWeight, LabelData } from "./labels.ts";
import { type Batch, compiledLoss, type Loss } from "./loss.ts";
import { LinearClassifier, zeroScores } from "./linear-classifier.ts";
import { binaryLogLoss, compiledScores, type LinearParameters, multinomialLogLoss } from "./objectives.ts";
import { requireNumber, requireOneOf, withDefaults } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { type FitOptions, type Watch, watchTraining } from "./watch.ts";

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
  protected *training(
    X: MatrixData,
    y: LabelData,
    options: FitOptions<LabelData>,
  ): Suspendable<Fitted<LinearParameters>> {
    const operation = `${this.kind}.fit`;
    const labelled = this.labelledBatch(operation, X, y, options);
    const { classes } = labelled;
    const validation = this.validationBatch(options, labelled);
    const loss = lossFor(classes.length);
    const held = isFirstOrder(this.options.solver)
      ? holdOut(operation, labelled.data, validation, judgeFor(loss), this.options)
      : allRows<LinearParameters>(labelled.data);
    const rows = { ...held, train: this.penalised(held.train) };
    const watch = watchTraining(options, this.options.maxIter);
    const outcome = yield* this.solve(
      loss,
      zeroScores(rows.train, classes.length, this.options.fitIntercept),
      rows,
      watch,
    );
    const isWeighted = options.sampleWeight !== undefined || this.options.classWeight !== null;
    return {
      ...outcome,
      classes,
      nFeatures: rows.train.X.shape[1]!,
      objective: this.describe(isWeighted),
      objectiveValue: this.perRow(rows.train) * compiledLoss(loss)(outcome.parameters, rows.train).item(),
    };
  }

  private *solve(
    loss: Loss<LinearParameters>,
    untrained: LinearParameters,
    rows: HeldOut<LinearParameters>,
    watch: Watch,
  ): Suspendable<Outcome<LinearParameters>> {
    const { options } = this;
    const { solver, tol } = options;
    const parameters = startingAt(untrained, options.warmStart ? this.fitted?.parameters : undefined);
    if (isFirstOrder(solver))
      return yield* fitByFirstOrder(
        { operation: `${this.kind}.fit`, solver, parameters, untrained, loss, rows, options },
        watch,
      );
    const data = rows.train;
    const method = descentMethod(solver, loss, data, parameters);
    return yield* trainByDescent({ parameters, loss, data, method, tol }, watch);
  }

  /** How many times the loss per row the objective is. */
  private perRow({ weights }: Batch): number {
    const { C } = this.options;
    return (C === Infinity ? 1 : C) * total(weights.data);
  }

  private penalised(data: Batch): Batch {
    const penalty = this.options.C === Infinity ? 0 : 0.5 / this.perRow(data);
    return { ...data, penalty: full([], penalty, { dtype: data.X.dtype }) };
  }

  private describe(isWeighted: boolean): string {
    const { C } = this.options;
    const losses = `Σ ${isWeighted ? "s·" : ""}log loss`;
    return C === Infinity ? losses : `${C}·${losses} + 1/2·Σ w²`;
  }

  /** @internal */
  protected override lossOn(
    asked: string,
    X: MatrixData,
    y: LabelData,
    options: WeightOption,
  ): LossOn<LinearParameters> {
    const { classes, nFeatures } = this.known(asked);
    const { data } = this.labelledBatch(`${this.kind}.${asked}`, X, y, options, classes, nFeatures);
    return { loss: lossFor(classes!.length), data: this.penalised(data) };
  }
}

const judgeFor = (loss: Loss<LinearParameters>): Judge<LinearParameters> => ({
  loss,
  score: (at, batch) => scoreAccuracy(compiledScores(at, batch.X), batch),
});

const lossFor = (classes: number): Loss<LinearParameters> =>
  classes === 2 ? binaryLogLoss : multinomialLogLoss;
