/** How a training ended. */
import type { Divergence } from "./errors.ts";
import { type Batch, compiledLoss, type Loss } from "./loss.ts";
import type { Resumption } from "./resumption.ts";
import type { History, StopReason } from "./watch.ts";

/** The loss of all rows at the end of a training. */
export const finalLoss = <P extends object>(
  { parameters, loss }: Outcome<P>,
  lossOf: Loss<P>,
  data: Batch,
): number => loss ?? compiledLoss(lossOf)(parameters, data).item();

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
