/** Which learning rate suits an optimizer whose steps have a size of their own: measured by trying all of them. */
import { full } from "../functions/create.ts";
import type { GradientTransformation } from "../optim/transformation.ts";
import { type Batch, type Loss, type Progress, trainingStep } from "./loss.ts";

export interface RangeTest<P extends object> {
  readonly loss: Loss<P>;
  readonly parameters: P;
  readonly optimizer: GradientTransformation;
  readonly optimizerKey: string;
  /** The rows of the trial steps. */
  readonly batch: Batch;
}

const [lowest, highest] = [1e-5, 1];
const trials = 60;

/** A loss so many times the lowest one met means that the rates have become too large. */
const isLost = 4;

/**
 * The learning rate range test (Smith 2017, "Cyclical learning rates for training neural networks"): steps at rates that
 * grow from 1e-5 to 1, always on the same rows. A tenth of the rate that led to the lowest loss; undefined if none
 * lowered it.
 */
export const rangeTestedRate = <P extends object>({
  loss: lossOf,
  parameters: start,
  optimizer,
  optimizerKey,
  batch,
}: RangeTest<P>): number | undefined => {
  const step = trainingStep(lossOf, optimizerKey, optimizer);
  let progress: Progress<P> = { parameters: start, state: optimizer.init(start) };
  let best: { value: number; rate: number | undefined } = { value: Infinity, rate: undefined };
  let last: number | undefined;
  for (let trial = 0; trial <= trials; trial++) {
    const rate = lowest * (highest / lowest) ** (trial / trials);
    const [after, loss] = step(progress, full([], rate, { dtype: batch.X.dtype }), batch);
    // The loss of a step is that of the parameters before it: what the last rate led to.
    const value = loss.item();
    if (value < best.value) best = { value, rate: last };
    if (!(value <= isLost * best.value)) break;
    progress = after;
    last = rate;
  }
  return best.rate === undefined ? undefined : best.rate / 10;
};
