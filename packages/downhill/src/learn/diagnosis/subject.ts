/** A training that came to its end, as it is examined for warnings. */
import type { RateQuestion } from "../automatic-rate.ts";
import type { Label } from "../labels.ts";
import type { Batch, Loss } from "../loss.ts";
import type { History } from "../watch.ts";
import type { MatrixData } from "../data.ts";

export interface Subject<P extends object> {
  readonly loss: Loss<P>;
  /** The rows to learn from, with the penalty in force. */
  readonly data: Batch;
  /** Those that were kept. */
  readonly parameters: P;
  readonly history: History;
  readonly bestEpoch: number;
  /** Whether a method that knows when it has arrived says so: no steps could bring more. */
  readonly isSolved: boolean;
  /** For trainings with a learning rate that was given, not measured. */
  readonly given: { readonly question: RateQuestion<P>; readonly rate: number } | undefined;
  /** Indices of the classes predicted for the rows; undefined for numbers. */
  readonly predicted: Int32Array | undefined;
  readonly classes: readonly Label[];
  /** The losses of the same training with other options, on these columns if any are given; undefined if it ran away. */
  readonly again: (options: object, X?: MatrixData) => readonly number[] | undefined;
}

/** Whether the loss is still a good part of what it was. */
export const fellShort = ({ loss }: History): boolean => loss.at(-1)! > 0.25 * loss[0]!;
