/** What it takes to go on with a training by first-order steps. */
import type { Memory } from "./memory.ts";
import type { RandomState } from "./random.ts";

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
  /** Of a whole training: where it was after its last whole epoch, and the best epoch until then. Kept along with the memory. */
  readonly last?: { readonly parameters: object; readonly best: object };
}
