/** How well a model does on rows that it has not learnt from, by cross-validation. */
import { wrap } from "../../tensor/create.ts";
import { allocate } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { VectorData } from "../data.ts";
import { run, runInTurns, type Suspendable } from "../drive.ts";
import { distinctLabels, type Label, type LabelData, labelsOf } from "../labels.ts";
import {
  type AnyPredictor,
  can,
  inPart,
  type InputFor,
  type PredictionFor,
  type TargetFor,
} from "../steps.ts";
import { takeSamples } from "./samples.ts";
import { type CrossValidation, fitFold, foldsFor, type Samples, scoresOn } from "./evaluate.ts";
import { type Fold, rowsOf } from "./folds.ts";
import { type ScoreNames, type Scoring, scorersOf } from "./scoring.ts";

export interface FoldOptions {
  /** Five folds if left out. */
  readonly cv?: CrossValidation | undefined;
  /** Weights of rows in the fits; scores count every row once, as in scikit-learn. */
  readonly sampleWeight?: VectorData | undefined;
  /** Ends the validation; folds that are done are kept. */
  readonly signal?: AbortSignal | undefined;
}

export interface CrossValidateOptions<
  E extends AnyPredictor,
  S extends Scoring<E> | undefined,
> extends FoldOptions {
  /** The model's own `score` if left out. */
  readonly scoring?: S;
  /** Judge each model on the rows that it learnt from as well. */
  readonly returnTrainScore?: boolean | undefined;
  /** Keep the fitted models. */
  readonly returnEstimator?: boolean | undefined;
  /** Called after each fold. Returning false ends the validation like an interruption. */
  readonly onFold?: ((event: FoldEvent) => void | boolean) | undefined;
}

/** One fold done. */
export interface FoldEvent {
  /** Counted from 1. */
  readonly done: number;
  readonly total: number;
  readonly testScores: Readonly<Record<string, number>>;
  readonly fitTime: number;
}

/** All lists have an entry for each fold. */
export interface CrossValidationResult<E extends AnyPredictor, Name extends string> {
  readonly testScores: Readonly<Record<Name, number[]>>;
  /** Empty lists unless asked for. */
  readonly trainScores: Readonly<Record<Name, number[]>>;
  /** Seconds. */
  readonly fitTimes: number[];
  readonly scoreTimes: number[];
  /** Empty unless asked for. */
  readonly estimators: E[];
  /** Which rows each fold had. */
  readonly folds: readonly Fold[];
}

function* validating(
  operation: string,
  estimator: AnyPredictor,
  samples: Samples,
  options: CrossValidateOptions<AnyPredictor, Scoring<AnyPredictor> | undefined>,
): Suspendable<CrossValidationResult<AnyPredictor, string>> {
  const { cv = 5, scoring, returnTrainScore = false, returnEstimator = false, onFold, signal } = options;
  const scorers = scorersOf(operation, scoring);
  const folds = foldsFor(operation, estimator.task, samples, cv);
  const lists = (): Record<string, number[]> => Object.fromEntries(scorers.map(([name]) => [name, []]));
  const result = {
    testScores: lists(),
    trainScores: lists(),
    fitTimes: [] as number[],
    scoreTimes: [] as number[],
    estimators: [] as AnyPredictor[],
    folds: [] as Fold[],
  };
  const add = (to: Record<string, number[]>, scores: Readonly<Record<string, number>>): void => {
    for (const [name, score] of Object.entries(scores)) to[name]!.push(score);
  };
  const isAborted = (): boolean => signal?.aborted ?? false;
  for (const [index, fold] of folds.entries()) {
    if (isAborted()) break;
    const part = `fold ${index}`;
    const { model, fitTime } = yield* fitFold(operation, part, estimator, samples, fold, signal);
    // A fit that was cut short is no fold that is done.
    if (isAborted()) break;
    const start = performance.now();
    const testScores = inPart(operation, part, () => scoresOn(scorers, model, samples, fold.test));
    result.scoreTimes.push((performance.now() - start) / 1000);
    add(result.testScores, testScores);
    if (returnTrainScore)
      add(
        result.trainScores,
        inPart(operation, part, () => scoresOn(scorers, model, samples, fold.train)),
      );
    result.fitTimes.push(fitTime);
    result.folds.push(fold);
    if (returnEstimator) result.estimators.push(model);
    if (onFold?.({ done: index + 1, total: folds.length, testScores, fitTime }) === false) break;
    yield;
  }
  return result;
}

/**
 * Fits a clone of the model on all folds but one, for each in turn, and judges it on that one. The model itself is left as it is.
 *
 * @returns as many folds as were done: all, unless it was interrupted.
 * @throws what a fit or a score throws, with the number of the fold.
 */
export const crossValidate = <E extends AnyPredictor, const S extends Scoring<E> | undefined = undefined>(
  estimator: E,
  X: InputFor<E>,
  y: TargetFor<E>,
  options: CrossValidateOptions<E, S> = {},
): CrossValidationResult<E, ScoreNames<S>> => {
  const samples = { X, y, sampleWeight: options.sampleWeight };
  return run(validating("crossValidate", estimator, samples, options as never)) as never;
};

/** `crossValidate` that lets the event loop have its turn about every 16 ms. */
export const crossValidateAsync = async <
  E extends AnyPredictor,
  const S extends Scoring<E> | undefined = undefined,
>(
  estimator: E,
  X: InputFor<E>,
  y: TargetFor<E>,
  options: CrossValidateOptions<E, S> = {},
): Promise<CrossValidationResult<E, ScoreNames<S>>> => {
  const samples = { X, y, sampleWeight: options.sampleWeight };
  return (await runInTurns(validating("crossValidateAsync", estimator, samples, options as never))) as never;
};

/** The score of each fold: see `crossValidate`, of which this is the test scores by one metric. */
export const crossValScore = <E extends AnyPredictor>(
  estimator: E,
  X: InputFor<E>,
  y: TargetFor<E>,
  {
    scoring,
    ...options
  }: FoldOptions & { readonly scoring?: Extract<Scoring<E>, string | ((...given: never) => unknown)> } = {},
): number[] => {
  const given = { ...options, scoring };
  const samples = { X, y, sampleWeight: options.sampleWeight };
  return run(validating("crossValScore", estimator, samples, given as never)).testScores["score"]!;
};

/** The methods of a model that give something for each row. */
type RowMethod = "predict" | "predictProba" | "decisionFunction";

export interface CrossValPredictOptions<Method extends RowMethod> extends Omit<FoldOptions, "signal"> {
  readonly method?: Method;
}

/** Columns of classes that a fold did not meet have probability 0. */
const spread = (found: Tensor, classes: readonly Label[], all: readonly Label[]): Tensor => {
  if (classes.length === all.length) return found;
  const [rows, columns] = found.shape as readonly [number, number];
  const values = allocate(found.dtype, rows * all.length);
  classes.forEach((label, from) => {
    const to = all.indexOf(label);
    for (let row = 0; row < rows; row++) values[row * all.length + to] = found.data[row * columns + from]!;
  });
  return wrap(values, [rows, all.length], found.dtype);
};

/** What was found for the rows of each fold, in the order of the rows. */
const gathered = (
  operation: string,
  found: readonly Tensor[],
  folds: readonly Fold[],
  rows: number,
): Tensor => {
  const { dtype, shape } = found[0]!;
  const rest = shape.slice(1);
  const width = rest.reduce((product, length) => product * length, 1);
  const values = allocate(dtype, rows * width);
  found.forEach((part, fold) => {
    if (!sameShape(part.shape.slice(1), rest))
      throw new ArgumentError(
        operation,
        `fold 0 gives rows of shape ${formatShape(rest)}, fold ${fold} of ${formatShape(part.shape.slice(1))}: ` +
          'some classes are missing from a fold; use StratifiedKFold, or method: "predictProba"',
      );
    folds[fold]!.test.forEach((row, i) => {
      values.set(part.data.subarray(i * width, (i + 1) * width), row * width);
    });
  });
  return wrap(values, [rows, ...rest], dtype);
};

/** What clones predict of the rows that they have not learnt from, in the order of the rows. */
export function* predictingByFolds(
  operation: string,
  estimator: AnyPredictor,
  samples: Samples,
  cv: CrossValidation,
  method: RowMethod,
  signal: AbortSignal | undefined,
): Suspendable<Tensor | Label[]> {
  const folds = foldsFor(operation, estimator.task, samples, cv);
  const rows = rowsOf(samples.X as ArrayLike<unknown>);
  const times = new Int32Array(rows);
  for (const { test } of folds) for (const row of test) times[row]!++;
  const odd = times.findIndex((count) => count !== 1);
  if (odd >= 0)
    throw new ArgumentError(
      operation,
      `row ${odd} is held out ${times[odd]!} times; folds for predictions hold out every row once`,
    );
  const all = estimator.task === "classes" ? distinctLabels(operation, labelsOf(samples.y as LabelData)) : [];
  const found: unknown[] = [];
  for (const [index, fold] of folds.entries()) {
    const part = `fold ${index}`;
    const { model } = yield* fitFold(operation, part, estimator, samples, fold, signal);
    found.push(inPart(operation, part, () => predicted(operation, model, method, samples, fold, all)));
  }
  if (found[0] instanceof Tensor) return gathered(operation, found as Tensor[], folds, rows);
  const labels = new Array<Label>(rows);
  folds.forEach(({ test }, fold) => {
    test.forEach((row, i) => (labels[row] = (found[fold] as Label[])[i]!));
  });
  return labels;
}

/**
 * For each row what a clone of the model predicts that has not learnt from it. For pictures and second models, not for scores:
 * those of `crossValScore` are averaged over folds.
 *
 * @throws ArgumentError unless every row is in the test rows of exactly one fold.
 */
export const crossValPredict = <E extends AnyPredictor, const Method extends RowMethod = "predict">(
  estimator: E,
  X: InputFor<E>,
  y: TargetFor<E>,
  { cv = 5, method, sampleWeight }: CrossValPredictOptions<Method> = {},
): Method extends "predict" ? PredictionFor<E> : Tensor => {
  const samples: Samples = { X, y, sampleWeight };
  const asked = method ?? "predict";
  return run(predictingByFolds("crossValPredict", estimator, samples, cv, asked, undefined)) as never;
};

/** What the method gives for the test rows. */
const predicted = (
  operation: string,
  model: AnyPredictor,
  asked: RowMethod,
  samples: Samples,
  { test }: Fold,
  all: readonly Label[],
): unknown => {
  if (!can(model, asked)) throw new ArgumentError(operation, `${model.kind} has no ${asked}`);
  const values = (model as unknown as Readonly<Record<string, (X: unknown) => unknown>>)[asked]!(
    takeSamples(samples.X, test),
  );
  if (asked !== "predictProba") return values;
  return spread(values as Tensor, (model as unknown as { readonly classes: readonly Label[] }).classes, all);
};
