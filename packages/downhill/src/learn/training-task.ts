/** What a training is given to learn from. */
import type { Label } from "./labels.ts";
import type { Batch } from "./loss.ts";
import type { Resumption } from "./resumption.ts";

/** Rows of a table with what they teach. */
export interface Rows {
  /** Without a penalty. */
  readonly data: Batch;
  /** Of classifiers: those that targets are indices of; of others empty. */
  readonly classes: readonly Label[];
  /** Whether some rows or classes count more than others. */
  readonly isWeighted: boolean;
}

/** What rows must have in common with others; what is left out is found in the rows themselves. */
export interface RowsForm {
  /** How many columns. */
  readonly nFeatures?: number | undefined;
  readonly classes?: readonly Label[] | undefined;
}

export interface TrainingTask<P extends object> extends Rows {
  /** For messages. */
  readonly operation: string;
  /** Rows to judge by. */
  readonly validation: Batch | undefined;
  /** Where the last training led, if this one goes on from there. */
  readonly known: P | undefined;
  /** Of one epoch over rows that are a part of all: where the parts before led, null if there were none. A whole training if undefined. */
  readonly part: Resumption | null | undefined;
}
