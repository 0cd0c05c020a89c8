/** How a training ended. */
import type { Divergence } from "./errors.ts";
import type { History, StopReason } from "./watch.ts";

export interface Outcome<P extends object> {
  readonly parameters: P;
  readonly history: History;
  /** Epochs or iterations done. */
  readonly nIter: number;
  readonly stopReason: StopReason;
  /** The epoch whose parameters these are; 0 for those before the first update. */
  readonly bestEpoch: number;
  /** Present if the training ran away. */
  readonly divergence?: Divergence;
}
