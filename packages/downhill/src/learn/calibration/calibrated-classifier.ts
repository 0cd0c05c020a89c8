/** Classifiers whose probabilities hold what they say. */
import { wrap } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { predictedIndices } from "../classifier.ts";
import { sampleWeights, type VectorData, type WeightOption } from "../data.ts";
import { run, runInTurns, type Suspendable } from "../drive.ts";
import { NotFittedError } from "../errors.ts";
import { classIndices, distinctLabels, type Label, type LabelData, labelsOf } from "../labels.ts";
import { accuracyScore } from "../metrics/classification.ts";
import { requireOneOf, withDefaults } from "../options.ts";
import { predictingByFolds } from "../selection/cross-validation.ts";
import { type CrossValidation, fitFold, foldsFor, type Samples } from "../selection/evaluate.ts";
import { takeSamples } from "../selection/samples.ts";
import { type AnyPredictor, can, inPart, inPartBySteps, type InputFor } from "../steps.ts";
import type { FitOptions } from "../watch.ts";
import { calibrated, type CalibrationMethod, type Calibrator, fitCalibrator } from "./calibrators.ts";

export interface CalibratedClassifierOptions {
  /** Platt's sigmoid, for few rows; or any rising function, for a thousand and more. */
  readonly method: CalibrationMethod;
  /** `"prefit"`: the model is fitted already, and the rows are others than those it has learnt from. */
  readonly cv: CrossValidation | "prefit";
  /**
   * A calibrated model for each fold, whose probabilities are averaged; or one model of all rows, calibrated by what was predicted
   * for rows that were held out.
   */
  readonly ensemble: boolean;
}

/** A fitted model with a calibrator of its scores: one of the second of two classes, otherwise one for each class. */
export interface CalibratedPart<E> {
  readonly estimator: E;
  readonly calibrators: readonly Calibrator[];
}

/** What a fitted one knows. */
export interface CalibratedParts<E> {
  readonly classes: readonly Label[];
  readonly parts: readonly CalibratedPart<E>[];
}

/** Scores [rows] or [rows, classes] by columns; of two classes those of the second alone. */
const columnsOf = ({ data, shape }: Tensor, isBinary: boolean): Float64Array[] => {
  const [rows, width = 1] = shape as readonly [number, number?];
  const columns = isBinary ? [width - 1] : Array.from({ length: width }, (_, column) => column);
  return columns.map((column) =>
    Float64Array.from({ length: rows }, (_, row) => data[row * width + column]!),
  );
};

const scoringMethod = (estimator: AnyPredictor): "decisionFunction" | "predictProba" => {
  if (can(estimator, "decisionFunction")) return "decisionFunction";
  if (can(estimator, "predictProba")) return "predictProba";
  throw new ArgumentError(
    "CalibratedClassifierCV",
    `a ${estimator.kind} has neither decisionFunction nor predictProba; give it a classifier`,
  );
};

const scoresOf = (model: AnyPredictor, X: unknown): Tensor =>
  (model as unknown as Readonly<Record<string, (X: unknown) => Tensor>>)[scoringMethod(model)]!(X);

/**
 * A classifier whose probabilities are calibrated on rows that it has not learnt from: of the rows that it gives 0.8, about eight
 * in ten are of the class (scikit-learn's CalibratedClassifierCV). Of more than two classes each is calibrated against the others,
 * and the probabilities are divided by their sum (Zadrozny and Elkan 2002).
 */
export class CalibratedClassifierCV<E extends AnyPredictor> {
  readonly kind = "CalibratedClassifierCV";
  readonly task = "classes";
  readonly options: CalibratedClassifierOptions;
  /** The model to be calibrated; with `"prefit"` fitted, otherwise left as it is. */
  readonly estimator: E;
  private known: CalibratedParts<E> | undefined;

  constructor(estimator: E, options: Partial<CalibratedClassifierOptions> = {}) {
    this.estimator = estimator;
    this.options = withDefaults<CalibratedClassifierOptions>(
      this.kind,
      { method: "sigmoid", cv: 5, ensemble: true },
      options,
    );
    requireOneOf(this.kind, "method", this.options.method, ["sigmoid", "isotonic"]);
    scoringMethod(estimator);
    if (this.options.cv === "prefit" && !estimator.isFitted)
      throw new ArgumentError(this.kind, `with cv: "prefit" the ${estimator.kind} must have been fitted`);
  }

  /** The same with the same options, not fitted. */
  clone(): this {
    const estimator = this.options.cv === "prefit" ? this.estimator : this.estimator.clone();
    return new CalibratedClassifierCV(estimator, this.options) as this;
  }

  get isFitted(): boolean {
    return this.known !== undefined;
  }

  /** @internal Takes on what a saved one knew. */
  restore(known: CalibratedParts<E>): this {
    this.known = known;
    return this;
  }

  /** @internal */
  knownParts(asked: string): CalibratedParts<E> {
    if (this.known === undefined) throw new NotFittedError(this.kind, asked);
    return this.known;
  }

  /** The labels, sorted, in the order of the columns of `predictProba`. */
  get classes(): readonly Label[] {
    return this.knownParts("classes").classes;
  }

  /** The calibrated models: one for each fold, or a single one. */
  get calibratedClassifiers(): readonly CalibratedPart<E>[] {
    return this.knownParts("calibratedClassifiers").parts;
  }

  private *fitting(X: unknown, y: LabelData, options: FitOptions<LabelData, unknown>): Suspendable<this> {
    const operation = `${this.kind}.fit`;
    const { sampleWeight, signal } = options;
    const { estimator } = this;
    const { cv, ensemble } = this.options;
    const samples: Samples = { X, y, sampleWeight };
    const labels = labelsOf(y);
    const classes = distinctLabels(operation, labels);
    if (classes.length < 2)
      throw new ArgumentError(operation, `all rows have the label ${JSON.stringify(classes[0])}`);
    const calibrators = (scores: Tensor, rows: Int32Array | undefined): Calibrator[] =>
      this.calibratorsOf(operation, scores, labels, classes, sampleWeight, rows);
    const parts: CalibratedPart<E>[] = [];
    if (cv === "prefit") {
      const scores = inPart(operation, "the model", () => scoresOf(estimator, X));
      parts.push({ estimator, calibrators: calibrators(scores, undefined) });
    } else if (ensemble) {
      for (const [index, fold] of foldsFor(operation, "classes", samples, cv).entries()) {
        const part = `fold ${index}`;
        const { model } = yield* fitFold(operation, part, estimator, samples, fold, signal);
        const own = (model as unknown as { readonly classes: readonly Label[] }).classes;
        if (own.length !== classes.length)
          throw new ArgumentError(
            operation,
            `${part} has rows of ${own.length} classes to learn from, but there are ${classes.length}; write fewer folds`,
          );
        const scores = inPart(operation, part, () => scoresOf(model, takeSamples(X, fold.test)));
        parts.push({ estimator: model as E, calibrators: calibrators(scores, fold.test) });
      }
    } else {
      const method = scoringMethod(estimator);
      const scores = (yield* predictingByFolds(operation, estimator, samples, cv, method, signal)) as Tensor;
      const whole = estimator.clone();
      const fitting = whole.fitInSteps(X as never, y as never, { sampleWeight, signal });
      yield* inPartBySteps(operation, "on all rows", fitting);
      parts.push({ estimator: whole, calibrators: calibrators(scores, undefined) });
    }
    this.known = { classes, parts };
    return this;
  }

  /** @param rows those that the scores are of; all if undefined. */
  private calibratorsOf(
    operation: string,
    scores: Tensor,
    labels: readonly Label[],
    classes: readonly Label[],
    sampleWeight: VectorData | undefined,
    rows: Int32Array | undefined,
  ): Calibrator[] {
    const isBinary = classes.length === 2;
    const all = sampleWeights(operation, sampleWeight, labels.length);
    const indices = classIndices(operation, labels, classes);
    const weights = rows === undefined ? all : Float64Array.from(rows, (row) => all[row]!);
    const own = rows === undefined ? indices : Int32Array.from(rows, (row) => indices[row]!);
    return columnsOf(scores, isBinary).map((column, which) => {
      const positive = Uint8Array.from(own, (index) => Number(index === (isBinary ? 1 : which)));
      return fitCalibrator[this.options.method](column, positive, weights);
    });
  }

  /**
   * Fits the model on some rows and calibrators on others, for each fold.
   *
   * @param options `sampleWeight` counts in both; `signal` interrupts the fits.
   */
  fit(X: InputFor<E>, y: LabelData, options: FitOptions<LabelData, InputFor<E>> = {}): this {
    return run(this.fitting(X, y, options as FitOptions<LabelData, unknown>));
  }

  /** `fit` that lets the event loop have its turn about every 16 ms. */
  async fitAsync(
    X: InputFor<E>,
    y: LabelData,
    options: FitOptions<LabelData, InputFor<E>> = {},
  ): Promise<this> {
    return runInTurns(this.fitting(X, y, options as FitOptions<LabelData, unknown>));
  }

  /** `fit` in pieces, as the model has it. */
  *fitInSteps(
    X: InputFor<E>,
    y: LabelData,
    options: FitOptions<LabelData, InputFor<E>> = {},
  ): Generator<undefined, this> {
    return yield* this.fitting(X, y, options);
  }

  /** Probabilities [rows, classes] in float64, in the order of `classes`. */
  predictProba(X: InputFor<E>): Tensor {
    const { classes, parts } = this.knownParts("predictProba");
    const width = classes.length;
    const found = parts.map((part) =>
      inPart(`${this.kind}.predictProba`, part.estimator.kind, () => probabilitiesBy(part, X, width)),
    );
    const mean = new Float64Array(found[0]!.length);
    for (const probabilities of found)
      for (let i = 0; i < mean.length; i++) mean[i]! += probabilities[i]! / found.length;
    return wrap(mean, [mean.length / width, width], "float64");
  }

  /** The most probable label of each row. */
  predict(X: InputFor<E>): Label[] {
    const { classes } = this.knownParts("predict");
    return Array.from(predictedIndices(this.predictProba(X)), (index) => classes[index]!);
  }

  /** The share of rows whose label is predicted. */
  score(X: InputFor<E>, y: LabelData, { sampleWeight }: WeightOption = {}): number {
    return accuracyScore(y, this.predict(X), { sampleWeight });
  }
}

/** Probabilities row by row. */
const probabilitiesBy = (
  { estimator, calibrators }: CalibratedPart<AnyPredictor>,
  X: unknown,
  classes: number,
): Float64Array => {
  const columns = columnsOf(scoresOf(estimator, X), classes === 2).map((scores, which) =>
    scores.map((score) => calibrated(calibrators[which]!, score)),
  );
  const rows = columns[0]!.length;
  const result = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const found =
      classes === 2 ? [1 - columns[0]![row]!, columns[0]![row]!] : columns.map((column) => column[row]!);
    const sum = found.reduce((a, b) => a + b, 0);
    found.forEach((value, which) => {
      // Where no class has any probability they are all alike, as in scikit-learn.
      result[row * classes + which] = sum === 0 ? 1 / classes : value / sum;
    });
  }
  return result;
};
