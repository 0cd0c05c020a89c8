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

/** Batches that follow each other: one as it is, or several of equal size stacked along a new leading axis. */
export interface Stretch {
  readonly batch: Batch;
  /** How many; undefined for one that is not stacked. */
  readonly count?: number;
  /** Which rows these are, one batch after the other; undefined for all as they are. */
  readonly order?: Int32Array;
}

const stacked = (data: Batch, rows: Int32Array, count: number): Batch => {
  const { X, Y, weights, ...others } = batchOfRows(data, rows);
  const stack = (x: Tensor): Tensor =>
    wrap(x.data, [count, x.shape[0]! / count, ...x.shape.slice(1)], x.dtype);
  return { X: stack(X), Y: stack(Y), weights: stack(weights), ...others };
};

/**
 * One epoch: every row once, `size` at a time. The last batch holds what remains. There are few different shapes, since
 * each needs a program of its own: whole batches come in stretches of one length, the others one by one.
 *
 * @param longest how many batches a stretch may have.
 */
export function* epochStretches(
  data: Batch,
  size: number,
  shuffle: RandomSource | null,
  longest: number,
): Generator<Stretch> {
  const rows = data.X.shape[0]!;
  if (size >= rows) {
    // The order within a batch does not matter.
    yield { batch: data };
    return;
  }
  const order =
    shuffle === null ? Int32Array.from({ length: rows }, (_, i) => i) : permutation(shuffle, rows);
  const whole = Math.floor(rows / size);
  const count = Math.floor(whole / Math.ceil(whole / longest));
  let start = 0;
  for (; count > 1 && start + count * size <= whole * size; start += count * size) {
    const taken = order.subarray(start, start + count * size);
    yield { batch: stacked(data, taken, count), count, order: taken };
  }
  for (; start < rows; start += size) {
    const taken = order.subarray(start, start + size);
    yield { batch: batchOfRows(data, taken), order: taken };
  }
}
