/** Rows in mini-batches. */
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { takeRows } from "./data.ts";
import type { Batch } from "./loss.ts";
import { permutation, type RandomSource } from "./random.ts";

/** The rows of a batch as a batch of their own, in the given order. */
export const batchOfRows = (data: Batch, rows: ArrayLike<number>): Batch => ({
  ...data,
  X: takeRows(data.X, rows),
  Y: takeRows(data.Y, rows),
  weights: takeRows(data.weights, rows),
});

/** The rows that count: all but those of weight 0, which would only dilute the batches. Undefined for all. */
export const weightedRows = ({ weights: { data: weights } }: Batch): Int32Array | undefined => {
  if (!weights.includes(0)) return undefined;
  return Int32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
};

/** How the rows of an epoch are dealt out to steps. */
export interface Division {
  /** Rows of a step. */
  readonly size: number;
  /** Steps with so many rows; what remains is a shorter one. */
  readonly steps: number;
  /** How many of them are taken in one call; 1: each by itself. */
  readonly count: number;
}

/** The last batch is filled up to the size of the others if no more than this share of all rows comes to nothing that way. */
const mostFiller = 1 / 8;

/**
 * Divides rows among steps such that there are few different shapes, since each needs a program of its own.
 *
 * @param longest how many steps a call may take.
 * @param mayFill whether rows of weight 0 change nothing: then the last batch too can have the shape of the others.
 */
export const divisionOf = (rows: number, size: number, longest: number, mayFill: boolean): Division => {
  if (size >= rows) return { size: rows, steps: 1, count: 1 };
  const whole = Math.floor(rows / size);
  const steps =
    mayFill && Math.ceil(rows / size) * size - rows <= mostFiller * rows ? Math.ceil(rows / size) : whole;
  return { size, steps, count: Math.floor(steps / Math.ceil(steps / longest)) };
};

/** Batches that follow each other: one as it is, or several of equal size stacked along a new leading axis. */
export interface Stretch {
  readonly batch: Batch;
  /** How many; undefined for one that is not stacked. */
  readonly count?: number;
  /** Which rows these are, one batch after the other, without those that fill up the last one; undefined for all as they are. */
  readonly order?: Int32Array;
}

/** The rows as a batch of `size` rows: filled up with copies of the first of them, of weight 0. */
const filled = (data: Batch, rows: Int32Array, size: number): Batch => {
  if (rows.length === size) return batchOfRows(data, rows);
  const all = new Int32Array(size).fill(rows[0]!);
  all.set(rows);
  const { weights, ...others } = batchOfRows(data, all);
  const counted = weights.data.slice().fill(0, rows.length);
  return { ...others, weights: wrap(counted, weights.shape, weights.dtype) };
};

/** Batches one after another as one, along a new leading axis. */
const stacked = ({ X, Y, weights, ...others }: Batch, count: number): Batch => {
  const stack = (x: Tensor): Tensor =>
    wrap(x.data, [count, x.shape[0]! / count, ...x.shape.slice(1)], x.dtype);
  return { X: stack(X), Y: stack(Y), weights: stack(weights), ...others };
};

/** The same rows for each of `count` steps of one call. */
export const repeatedBatch = (data: Batch, count: number): Batch => {
  const rows = data.X.shape[0]!;
  return stacked(
    batchOfRows(
      data,
      Int32Array.from({ length: count * rows }, (_, i) => i % rows),
    ),
    count,
  );
};

/** One epoch: every row once. */
export function* epochStretches(
  data: Batch,
  { size, steps, count }: Division,
  shuffle: RandomSource | null,
): Generator<Stretch> {
  const rows = data.X.shape[0]!;
  if (size >= rows) {
    // The order within a batch does not matter.
    yield { batch: data };
    return;
  }
  const order =
    shuffle === null ? Int32Array.from({ length: rows }, (_, i) => i) : permutation(shuffle, rows);
  let step = 0;
  for (; count > 1 && step + count <= steps; step += count) {
    const taken = order.subarray(step * size, (step + count) * size);
    yield { batch: stacked(filled(data, taken, count * size), count), count, order: taken };
  }
  for (; step * size < rows; step++) {
    const taken = order.subarray(step * size, (step + 1) * size);
    yield { batch: filled(data, taken, step < steps ? size : taken.length), order: taken };
  }
}
