/** Which rows a training learns from and which it is judged by. */
import { full } from "../functions/create.ts";
import { batchOfRows, weightedRows } from "./batches.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Batch, compiledLossAndScores, type Loss } from "./loss.ts";
import { randomSource } from "./random.ts";
import { splitRows } from "./split.ts";
import type { Standing } from "./progress.ts";

export interface HeldOut<P extends object> {
  readonly train: Batch;
  /** Numbers of the rows to learn from in the table that was given; undefined if these are all. */
  readonly numbers?: Int32Array | undefined;
  readonly validate: ((parameters: P) => Standing) | undefined;
}

/** What judging parameters takes. */
export interface Judge<P extends object> {
  readonly loss: Loss<P>;
  /** What is predicted for rows, or what decides about it: [rows] or [rows, outputs]. */
  readonly scores: (parameters: P, X: Tensor) => Tensor;
  /** R² or accuracy of the scores of rows with these targets and weights. */
  readonly worth: (scores: Tensor, batch: Batch) => number;
}

export interface HoldOutOptions {
  readonly earlyStopping: boolean;
  readonly validationFraction: number;
  readonly randomState: number;
}

/**
 * The rows to learn from, which are those with a weight, and a function that judges parameters on others: on those
 * given, or for early stopping on a share split off (of each class the same share, if targets are classes).
 */
export const holdOut = <P extends object>(
  operation: string,
  data: Batch,
  given: Batch | undefined,
  { loss, scores, worth }: Judge<P>,
  { earlyStopping, validationFraction, randomState }: HoldOutOptions,
): HeldOut<P> => {
  let numbers = weightedRows(data);
  let train = numbers === undefined ? data : batchOfRows(data, numbers);
  let held = given;
  if (held === undefined && earlyStopping) {
    const strata = train.Y.dtype === "int32" ? (train.Y.data as Int32Array) : undefined;
    const random = randomSource(operation, randomState);
    const split = splitRows(operation, random, train.X.shape[0]!, validationFraction, strata);
    held = batchOfRows(train, split.validation);
    train = batchOfRows(train, split.train);
    const known = numbers;
    numbers = known === undefined ? split.train : split.train.map((row) => known[row]!);
  }
  if (held === undefined) return { ...allRows<P>(train), numbers };
  // The penalty is no property of rows.
  const batch: Batch = { ...held, penalty: full([], 0, { dtype: data.penalty.dtype }) };
  const lossAndScores = compiledLossAndScores(loss, scores);
  return {
    train,
    numbers,
    validate: (parameters) => {
      const [value, found] = lossAndScores(parameters, batch);
      return { loss: value.item(), score: worth(found, batch) };
    },
  };
};

/** Nothing held out. */
export const allRows = <P extends object>(train: Batch): HeldOut<P> => ({ train, validate: undefined });

/** The batch with a penalty of this strength. */
export const withPenalty = (data: Omit<Batch, "penalty">, strength: number): Batch => ({
  ...data,
  penalty: full([], strength, { dtype: data.X.dtype }),
});
