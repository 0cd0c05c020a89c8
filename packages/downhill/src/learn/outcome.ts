/** How a training ended. */
import type { Divergence } from "./errors.ts";
import { type Batch, compiledLoss, type Loss } from "./loss.ts";
import type { Memory } from "./memory.ts";
import type { RandomState } from "./random.ts";
import type { History, StopReason } from "./watch.ts";

/** The loss of all rows at the end of a training. */
export const finalLoss = <P extends object>(
  { parameters, loss }: Outcome<P>,
  lossOf: Loss<P>,
  data: Batch,
): number => loss ?? compiledLoss(lossOf)(parameters, data).item();

/** What it takes to go on with more rows as if there had been no pause. */
export interface Resumption {
  readonly epochs: number;
  /** Updates so far, and the rows that they saw, each as often as it was seen. */
  readonly steps: number;
  readonly rows: number;
  /** The first rate, before its schedule. */
  readonly rate: number;
  /** What the optimizer remembers. Absent in models that were saved without it: the optimizer then begins anew. */
  readonly memory?: Memory;
  /** Where the order of rows comes from. */
  readonly random: RandomState;
}

export interface Outcome<P extends object> {
  readonly parameters: P;
  /** Of all rows, if the training knows it. */
  readonly loss?: number;
  readonly history: History;
  /** Epochs or iterations done. */
  readonly nIter: number;
  readonly stopReason: StopReason;
  /** The epoch whose parameters these are; 0 for those before the first update. */
  readonly bestEpoch: number;
  /** Present if the training ran away. */
  readonly divergence?: Divergence;
  /** Of trainings by first-order steps. */
  readonly resumption?: Resumption;
}
