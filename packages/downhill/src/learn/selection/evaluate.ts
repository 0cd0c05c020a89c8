/** A model fitted on one fold after another, and judged on what was held out: what all of this folder is made of. */
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { VectorData } from "../data.ts";
import type { Suspendable } from "../drive.ts";
import type { LabelData } from "../labels.ts";
import { requireCount } from "../options.ts";
import { type AnyPredictor, inPartBySteps, type Task } from "../steps.ts";
import { type Fold, KFold, rowsOf, type Splitter, StratifiedKFold } from "./folds.ts";
import { takeSamples } from "./samples.ts";
import type { LooseScorer } from "./scoring.ts";

/**
 * How rows are divided: a number of folds (stratified where classes are told apart, of neighbours otherwise), `KFold` or
 * `StratifiedKFold` with options, or folds of your own.
 */
export type CrossValidation = number | Splitter | readonly Fold[];

/** Rows with their targets, as whatever model takes them. */
export interface Samples {
  readonly X: unknown;
  readonly y: unknown;
  readonly sampleWeight: VectorData | undefined;
}

/** @throws ArgumentError if X and y differ in rows, or a fold has rows that there are not. */
export const foldsFor = (
  operation: string,
  task: Task,
  { X, y }: Samples,
  cv: CrossValidation,
): readonly Fold[] => {
  const rows = X as ArrayLike<unknown> | Tensor;
  const count = rowsOf(rows);
  const targets = rowsOf(y as ArrayLike<unknown>);
  if (count !== targets)
    throw new ArgumentError(
      operation,
      `X has ${count} rows, but y has ${targets}; there must be one for each row`,
    );
  if (typeof cv === "number") {
    requireCount(operation, "cv", cv);
    const Folds = task === "classes" ? StratifiedKFold : KFold;
    return new Folds({ nSplits: cv }).split(rows, y as LabelData);
  }
  const folds = "split" in cv ? cv.split(rows, y as LabelData) : cv;
  if (folds.length === 0) throw new ArgumentError(operation, "there are no folds");
  const outside = folds.findIndex(({ train, test }) =>
    [train, test].some((part) => part.some((row) => row < 0 || row >= count)),
  );
  if (outside >= 0)
    throw new ArgumentError(operation, `fold ${outside} has rows outside of 0 to ${count - 1}`);
  return folds;
};

/** A model fitted on the rows to learn from. */
export interface Trial {
  readonly model: AnyPredictor;
  readonly fitTime: number;
}

/** Fits a clone on the rows to learn from. */
export function* fitFold(
  whole: string,
  part: string,
  estimator: AnyPredictor,
  { X, y, sampleWeight }: Samples,
  { train }: Fold,
  signal: AbortSignal | undefined,
): Suspendable<Trial> {
  const model = estimator.clone();
  const start = performance.now();
  const weights = sampleWeight === undefined ? undefined : (takeSamples(sampleWeight, train) as VectorData);
  const fitting = model.fitInSteps(takeSamples(X, train) as never, takeSamples(y, train) as never, {
    sampleWeight: weights,
    signal,
  });
  yield* inPartBySteps(whole, part, fitting);
  return { model, fitTime: (performance.now() - start) / 1000 };
}

/** Scores by the names of the scorers, on some rows. */
export const scoresOn = (
  scorers: readonly (readonly [string, LooseScorer])[],
  model: AnyPredictor,
  { X, y }: Samples,
  rows: Int32Array,
): Readonly<Record<string, number>> => {
  const [judgedX, judgedY] = [takeSamples(X, rows), takeSamples(y, rows)];
  return Object.fromEntries(scorers.map(([name, scorer]) => [name, scorer(model, judgedX, judgedY)]));
};
