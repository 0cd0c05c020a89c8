/** Logistic regression, of two classes or several. */
import { full, zeros } from "../functions/create.ts";
import { reshape, slice } from "../functions/shapes.ts";
import { type DescentMethod, lbfgs } from "../optim/index.ts";
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sameShape } from "../tensor/shape.ts";
import { hessian } from "../transforms/jacobian.ts";
import { jit } from "../targets/jit.ts";
import { Classifier, scoreAccuracy } from "./classifier.ts";
import { type MatrixData, total } from "./data.ts";
import { trainByDescent } from "./descent.ts";
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
import { newton } from "./newton.ts";
import { binaryLogLoss, type LinearParameters, linearScores, multinomialLogLoss } from "./objectives.ts";
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

const compiledScores = jit(linearScores);

/** Parameters from their elements one after another, in the order of a tree's leaves: coef, intercept. */
const unpack = (flat: Tensor, classes: number, columns: number): LinearParameters => {
  const coef = reshape(slice(flat, [0, classes * columns]), [classes, columns]);
  return flat.size === classes * columns ? { coef } : { coef, intercept: slice(flat, [classes * columns]) };
};

const hessianOf = (loss: Loss<LinearParameters>, classesOf: (flat: Tensor, columns: number) => number) =>
  jit(
    hessian((flat: Tensor, batch: Batch) => {
      const columns = batch.X.shape[1]!;
      return loss(unpack(flat, classesOf(flat, columns), columns), batch);
    }),
  );

const hessians = {
  binary: hessianOf(binaryLogLoss, () => 1),
  // With intercepts there is one element more for each class; the penalty's row count cannot tell, the remainder can.
  multinomial: hessianOf(multinomialLogLoss, (flat, columns) => flat.size / columns),
  multinomialWithIntercept: hessianOf(multinomialLogLoss, (flat, columns) => flat.size / (columns + 1)),
};

const newtonFor = (data: Batch, isBinary: boolean, fitIntercept: boolean): DescentMethod => {
  const at = isBinary
    ? hessians.binary
    : fitIntercept
      ? hessians.multinomialWithIntercept
      : hessians.multinomial;
  const { dtype } = data.X;
  return newton((point) => {
    const flat = wrap(dtype === "float32" ? Float32Array.from(point) : point, [point.length], dtype);
    return Float64Array.from(at(flat, data).data);
  });
};

/**
 * Logistic regression: probabilities from a linear function of the columns, by maximum likelihood with a penalty on large
 * coefficients: C·Σ log loss + ½·Σ w². More than two classes share one softmax (multinomial).
 */
export class LogisticRegression extends Classifier<LinearParameters> {
  override readonly kind = "LogisticRegression";
  readonly options: LogisticRegressionOptions;
  /** @internal */
  override readonly nestedDType = "float64";

  constructor(options: Partial<LogisticRegressionOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    const { C, solver } = this.options;
    requireNumber(this.kind, "C", C, (x) => x > 0, "a number above 0, or Infinity for no penalty");
    requireOneOf(this.kind, "solver", solver, ["lbfgs", "newton", ...firstOrderSolvers]);
    checkFirstOrderOptions(this.kind, this.options);
  }

  /** Change of the scores (log odds) per unit of each column: [1, columns] for two classes, otherwise [classes, columns]. */
  get coef(): Tensor {
    return this.known("coef").parameters.coef;
  }

  /** Scores where all columns are 0: [1] for two classes, otherwise [classes]. */
  get intercept(): Tensor {
    const { coef, intercept } = this.known("intercept").parameters;
    return intercept ?? zeros([coef.shape[0]!], { dtype: coef.dtype });
  }

  /** @internal */
  protected override get classWeight(): ClassWeight | null {
    return this.options.classWeight;
  }

  /** @internal */
  protected override scoresOf(parameters: LinearParameters, X: Tensor): Tensor {
    return compiledScores(parameters, X);
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
    const outcome = yield* this.solve(loss, this.untrained(rows.train, classes.length), rows, watch);
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
    const { solver, tol, fitIntercept } = options;
    const parameters = this.start(untrained);
    if (isFirstOrder(solver))
      return yield* fitByFirstOrder(
        { operation: `${this.kind}.fit`, solver, parameters, untrained, loss, rows, options },
        watch,
      );
    const data = rows.train;
    const isBinary = parameters.coef.shape[0] === 1;
    const method = solver === "lbfgs" ? lbfgs() : newtonFor(data, isBinary, fitIntercept);
    return yield* trainByDescent({ parameters, loss, data, method, tol }, watch);
  }

  private untrained({ X: { dtype, shape } }: Batch, classes: number): LinearParameters {
    const targets = classes === 2 ? 1 : classes;
    const coef = zeros([targets, shape[1]!], { dtype });
    return this.options.fitIntercept ? { coef, intercept: zeros([targets], { dtype }) } : { coef };
  }

  private start(untrained: LinearParameters): LinearParameters {
    const known = this.fitted?.parameters;
    const fits =
      sameShape(known?.coef.shape ?? [], untrained.coef.shape) && known?.coef.dtype === untrained.coef.dtype;
    return this.options.warmStart && known !== undefined && fits ? known : untrained;
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
