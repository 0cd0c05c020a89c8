/** Rows in mini-batches. */
import { takeRows } from "./data.ts";
import type { Batch } from "./loss.ts";
import { permutation, type RandomSource } from "./random.ts";

/** The rows of a batch as a batch of their own, in the given order. */
export const batchOfRows = (data: Batch, rows: ArrayLike<number>): Batch => ({
  X: takeRows(data.X, rows),
  Y: takeRows(data.Y, rows),
  weights: takeRows(data.weights, rows),
  penalty: data.penalty,
});

/** The rows that count: without those of weight 0, which would only dilute the batches. */
export const weightedRows = (data: Batch): Batch => {
  const weights = data.weights.data;
  if (!weights.includes(0)) return data;
  const rows: number[] = [];
  for (let row = 0; row < weights.length; row++) if (weights[row]! > 0) rows.push(row);
  return batchOfRows(data, rows);
};

/**
 * One epoch: every row once, `size` at a time. The last batch holds what remains, so that there are two shapes at most.
 */
export function* epochBatches(data: Batch, size: number, shuffle: RandomSource | null): Generator<Batch> {
  const count = data.X.shape[0]!;
  if (size >= count) {
    // The order within a batch does not matter.
    yield data;
    return;
  }
  const order =
    shuffle === null ? Int32Array.from({ length: count }, (_, i) => i) : permutation(shuffle, count);
  for (let start = 0; start < count; start += size) {
    yield batchOfRows(data, order.subarray(start, start + size));
  }
}
