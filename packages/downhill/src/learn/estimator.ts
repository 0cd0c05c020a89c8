/** What all estimators have in common: fitting, waiting or not, and what is known afterwards. */
import type { Tensor } from "../tensor/tensor.ts";
import type { FloatDType, MatrixData, WeightOption } from "./data.ts";
import { collectBatches, type RowBatches } from "./collect.ts";
import { run, runInTurns, type Suspendable } from "./drive.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import { warningsOf } from "./diagnosis/examine.ts";
import type { Subject } from "./diagnosis/subject.ts";
import { DivergenceError, NotFittedError } from "./errors.ts";
import {
  type FirstOrderOptions,
  isFirstOrder,
  rowsPerStep,
  solverDefaults,
  type SolverSettings,
} from "./first-order.ts";
import type { Label } from "./labels.ts";
import type { Batch, Loss } from "./loss.ts";
import type { Outcome } from "./outcome.ts";
import type { Resumption } from "./resumption.ts";
import { type PartConditions, type PartOptions, requirePart } from "./parts.ts";
import type { Rows, RowsForm, TrainingTask } from "./training-task.ts";
import { type FitOptions, type History, type StopReason, type Watch, watchTraining } from "./watch.ts";

/** The classes of estimators that can be saved, as messages and saved models name them. Each has a rule in saved/rules.ts. */
export type EstimatorKind =
  | "LinearRegression"
  | "Ridge"
  | "Lasso"
  | "ElasticNet"
  | "LogisticRegression"
  | "PoissonRegressor"
  | "HuberRegressor"
  | "LinearSVC"
  | "SGDRegressor"
  | "SGDClassifier"
  | "MLPRegressor"
  | "MLPClassifier";

/** The options that all estimators have, or know what to make of. */
export interface EstimatorOptions extends PartConditions {
  readonly maxIter: number;
  readonly warmStart?: boolean;
}

/** What comes of a training. */
export interface Learnt<P extends object> extends Outcome<P> {
  readonly objective: string;
  readonly objectiveValue: number;
}

/** What a model knows once it is fitted. */
export interface Fitted<P extends object> extends Learnt<P> {
  /** How many columns X has. */
  readonly nFeatures: number;
  /** Of classifiers; of others empty. */
  readonly classes: readonly Label[];
}

/** What a model makes small. */
export interface LossOn<P extends object> {
  readonly loss: Loss<P>;
  readonly data: Batch;
}

/**
 * A model with scikit-learn's habits: options in the constructor, data in `fit`, what was learnt as attributes.
 *
 * `P`: the tree of its parameters; `Y`: what it takes as targets.
 */
export abstract class Estimator<P extends object, Y> {
  /** The name of its class. */
  abstract readonly kind: string;
  abstract readonly options: EstimatorOptions;

  /** @internal */
  protected fitted: Fitted<P> | undefined;

  /** @internal The dtype that nested arrays become. */
  abstract readonly nestedDType: FloatDType;

  /** @internal Rows as a batch in the dtype of X, checked. */
  protected abstract rows(
    operation: string,
    X: MatrixData,
    y: Y,
    options: WeightOption,
    form?: RowsForm,
  ): Rows;

  /** @internal Weights as a whole training, and its loss, have them. */
  protected weightsOfFit(given: WeightOption): WeightOption {
    return given;
  }

  /** @internal What the rows of `lossFunction` have in common with those learnt from. */
  protected formAsked(_asked: string): RowsForm | undefined {
    return this.fitted;
  }

  /** @internal What rows that are a part of all have in common with the parts before. */
  protected formOfParts(_operation: string, _classes: readonly Label[] | undefined): RowsForm | undefined {
    return this.fitted;
  }

  /** @internal The smooth part of the loss per row, and the given rows with the penalty in force. */
  protected abstract lossOf(rows: Rows): LossOn<P>;

  /** @internal Carries out a training in pieces. */
  protected abstract learn(task: TrainingTask<P>, watch: Watch): Suspendable<Learnt<P>>;

  /** @internal How many epochs or iterations there will be at most. */
  protected get iterations(): number {
    return this.options.maxIter;
  }

  private *training(X: MatrixData, y: Y, options: FitOptions<Y>): Suspendable<Fitted<P>> {
    const operation = `${this.kind}.fit`;
    const rows = this.rows(operation, X, y, this.weightsOfFit(options));
    const { classes, data } = rows;
    const { validation: held } = options;
    const form = { classes, nFeatures: data.X.shape[1] };
    const validation = held && this.rows(`${operation}: validation`, held.X, held.y, held, form).data;
    const known = this.options.warmStart === true ? this.fitted?.parameters : undefined;
    return yield* this.learnt({ operation, ...rows, validation, known, part: undefined }, options);
  }

  private *learnt(task: TrainingTask<P>, options: FitOptions<Y>): Suspendable<Fitted<P>> {
    const learnt = yield* this.learn(task, watchTraining(options, this.iterations));
    return { ...learnt, nFeatures: task.data.X.shape[1]!, classes: task.classes };
  }

  /** @internal One epoch of steps over these rows, from where the last rows led: `partialFit` of the models that have it. */
  protected learnPart(X: MatrixData, y: Y, { classes, ...options }: PartOptions): this {
    const operation = requirePart(this.kind, this.options);
    const rows = this.rows(operation, X, y, options, this.formOfParts(operation, classes));
    const { parameters: known, resumption: part = null } = this.fitted ?? {};
    return this.accept(run(this.learnt({ operation, ...rows, validation: undefined, known, part }, {})));
  }

  /**
   * Learns from rows X [rows, columns] and their targets y.
   *
   * @throws DivergenceError if the training ran away; the model then has the best parameters that it met.
   * @throws ShapeError if X and y differ in rows, ArgumentError at values that are missing or not finite.
   */
  fit(X: MatrixData, y: Y, options: FitOptions<Y> = {}): this {
    return this.accept(run(this.training(X, y, options)));
  }

  /**
   * `fit` of rows that come piece by piece: an async iterable of `{ X, y }`, with `sampleWeight` if rows have weights. They are collected,
   * and when the last has come the model learns from all of them as `fitAsync` does; they must fit into memory. A method of its own,
   * since what has to be waited for is a promise, and `fit` is none.
   *
   * @throws what `fit` throws, ArgumentError or ShapeError if batches do not go together; the signal's reason if it is aborted before
   * the last has come.
   */
  async fitBatches(batches: RowBatches<Y>, options: FitOptions<Y> = {}): Promise<this> {
    const { X, y, ...weight } = await collectBatches(batches, {
      operation: `${this.kind}.fitBatches`,
      signal: options.signal,
    });
    return this.fitAsync(X, y, { ...options, ...weight });
  }

  /** `fit` that lets the event loop have its turn about every 16 ms. */
  async fitAsync(X: MatrixData, y: Y, options: FitOptions<Y> = {}): Promise<this> {
    return this.accept(await runInTurns(this.training(X, y, options)));
  }

  /**
   * `fit` in pieces, for who wants to look in between: each `next()` takes a call of steps (one with `stepsPerCall: 1`), and
   * it is suspended before the first of them and after each epoch too. The model is fitted once it has come to its end.
   */
  *fitInSteps(X: MatrixData, y: Y, options: FitOptions<Y> = {}): Generator<undefined, this> {
    return this.accept(yield* this.training(X, y, options));
  }

  /** @internal */
  protected accept(fitted: Fitted<P>): this {
    this.fitted = fitted;
    if (fitted.divergence !== undefined) throw new DivergenceError(`${this.kind}.fit`, fitted.divergence);
    return this;
  }

  /** @internal Takes on what a saved model knew. */
  restore(fitted: Fitted<P>): this {
    this.fitted = fitted;
    return this;
  }

  /** The same model with the same options, not fitted. */
  clone(): this {
    return this.withOptions({});
  }

  /** @internal The same model with other options, not fitted. */
  protected withOptions(changes: object): this {
    const Kind = this.constructor as new (options: object) => this;
    return new Kind({ ...this.options, ...changes });
  }

  /**
   * The same model with other parameters, nested and shaped like its own: those of an earlier epoch, as `onParameters` or
   * `onPoint` gave them.
   *
   * @param nFeatures of parameters that are for another number of columns
   */
  withParameters(parameters: P, nFeatures?: number): this {
    const known = this.known("withParameters");
    return this.clone().restore({ ...known, parameters, nFeatures: nFeatures ?? known.nFeatures });
  }

  /** @internal What was learnt. @throws NotFittedError */
  protected known(asked: string): Fitted<P> {
    if (this.fitted === undefined) throw new NotFittedError(this.kind, asked);
    return this.fitted;
  }

  /** @internal What it takes to go on with more rows. */
  get resumption(): Resumption | undefined {
    return this.fitted?.resumption;
  }

  get isFitted(): boolean {
    return this.fitted !== undefined;
  }

  /** Everything that was learnt, as a tree of tensors; what `lossFunction` is a function of. */
  get parameters(): P {
    return this.known("parameters").parameters;
  }

  /** How many columns X has. */
  get nFeatures(): number {
    return this.known("nFeatures").nFeatures;
  }

  /** Loss (per row), validation, rate and time of each epoch or iteration, as plain arrays. */
  get history(): History {
    return this.known("history").history;
  }

  /** Epochs or iterations done. */
  get nIter(): number {
    return this.known("nIter").nIter;
  }

  get stopReason(): StopReason {
    return this.known("stopReason").stopReason;
  }

  /** Whether the training came to rest before its epochs or iterations were used up. */
  get converged(): boolean {
    const { stopReason } = this.known("converged");
    return stopReason === "converged" || stopReason === "earlyStopping";
  }

  /** The epoch whose parameters were kept; 0 if those before the first update. */
  get bestEpoch(): number {
    return this.known("bestEpoch").bestEpoch;
  }

  /** The function that was made small, as text with its numbers. */
  get objective(): string {
    return this.known("objective").objective;
  }

  /** The value of `objective` on the training rows with the parameters kept. */
  get objectiveValue(): number {
    return this.known("objectiveValue").objectiveValue;
  }

  /**
   * The smooth part of the loss per row on the given rows, as a function of parameters like `parameters`: to be
   * differentiated, drawn or explained.
   */
  lossFunction(X: MatrixData, y: Y, options: WeightOption = {}): (parameters: P) => Tensor {
    const { loss, data } = this.lossOn("lossFunction", X, y, options);
    return (parameters) => loss(parameters, data);
  }

  private lossOn(asked: string, X: MatrixData, y: Y, options: WeightOption): LossOn<P> {
    const form = this.formAsked(asked);
    return this.lossOf(this.rows(`${this.kind}.${asked}`, X, y, this.weightsOfFit(options), form));
  }

  /** @internal Indices of the classes predicted for rows; undefined for models of numbers. */
  protected predictedClasses(_X: Tensor): Int32Array | undefined {
    return undefined;
  }

  /**
   * What the numbers say about the last training, which was on these rows: why it ran away, if it did; otherwise what does not look
   * right (vanishing gradients, dead units, saturation, a rate that is too small, overfitting, columns or rows that are hard
   * to learn from), with figures. Where a change suggests itself, the training is taken up again to see what it brings.
   * `describeDiagnosis` has it in words.
   */
  diagnose(X: MatrixData, y: Y, options: WeightOption = {}): Diagnosis {
    const { parameters, history, stopReason, bestEpoch, divergence, classes } = this.known("diagnose");
    if (divergence?.diagnosis !== undefined) return divergence.diagnosis;
    const { loss, data } = this.lossOn("diagnose", X, y, options);
    const warnings = warningsOf({
      loss,
      data,
      parameters,
      history,
      bestEpoch,
      isSolved: stopReason === "converged" && !isFirstOrder(this.solver),
      given: this.givenRate(loss, data),
      predicted: this.predictedClasses(data.X),
      classes,
      again: (changes, columns) => this.lossesWith(changes, columns ?? X, y, options),
    });
    return { bad: undefined, causes: [], warnings };
  }

  private get solver(): string {
    return this.options.solver ?? "";
  }

  /** The learning rate of the training, if it was given. */
  private givenRate(loss: Loss<P>, data: Batch): Subject<P>["given"] {
    const options = this.options as Partial<FirstOrderOptions & SolverSettings>;
    const { learningRate, batchSize = null } = options;
    const { solver } = this;
    if (!isFirstOrder(solver) || typeof learningRate !== "number") return undefined;
    const settings = { ...solverDefaults, ...options };
    const question = { solver, settings, loss, data, batchSize: rowsPerStep(batchSize, data.X.shape[0]!) };
    return { question, rate: learningRate };
  }

  /** How the same training goes with other options; undefined if it runs away. */
  private lossesWith(
    changes: object,
    X: MatrixData,
    y: Y,
    { sampleWeight }: WeightOption,
  ): number[] | undefined {
    try {
      return this.withOptions(changes).fit(X, y, { sampleWeight }).history.loss;
    } catch (error) {
      if (error instanceof DivergenceError) return undefined;
      throw error;
    }
  }

  /** R² of regressors, accuracy of classifiers. */
  abstract score(X: MatrixData, y: Y, options?: WeightOption): number;
}
