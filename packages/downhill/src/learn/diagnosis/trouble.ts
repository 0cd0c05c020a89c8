/** What the training loop knows when a training runs away. */
import type { Progress } from "../loss.ts";
import type { Batch } from "../loss.ts";

/** Steps that were taken in one call. */
export interface Stretch<P extends object> {
  readonly before: Progress<P>;
  /** Of the first of its steps: updates over all epochs so far. */
  readonly step: number;
  /** The same within the epoch. */
  readonly batch: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** The rows of the steps, stacked if there is a count; with the keys of a random loss. */
  readonly rows: Batch;
  readonly count: number | undefined;
  /** Which rows of the table these are; undefined for all as they are. */
  readonly order: ArrayLike<number> | undefined;
}

export interface Trouble<P extends object> {
  readonly reason: "non-finite" | "rising";
  readonly epoch: number;
  readonly learningRate: number;
  /** The last call, and the one before it if there was one. */
  readonly stretches: readonly Stretch<P>[];
  /** Of the epochs so far. */
  readonly losses: readonly number[];
  /** What was kept. */
  readonly best: P;
  readonly stableRate: number | undefined;
  readonly suggestedRate: number | undefined;
}
