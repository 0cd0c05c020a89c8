/** Which learning rate suits an optimizer whose steps have a size of their own: measured by trying all of them. */
import { full } from "../functions/create.ts";
import { lowestPoint, rangeTest } from "../optim/range-test.ts";
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

/**
 * By the range test from 1e-5 to 1, always on the same rows: a tenth of the rate that led to the lowest loss; undefined if
 * none lowered it.
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
  const curve = rangeTest((rate) => {
    const [after, loss] = step(progress, full([], rate, { dtype: batch.X.dtype }), batch);
    progress = after;
    return loss.item();
  });
  const best = lowestPoint(curve);
  return best && best.rate / 10;
};
