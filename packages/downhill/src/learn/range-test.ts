/** Which learning rate suits an optimizer whose steps have a size of their own: measured by trying all of them. */
import { full } from "../functions/create.ts";
import { lowestPoint, rangeTest, triedRates } from "../optim/range-test.ts";
import type { GradientTransformation } from "../optim/transformation.ts";
import { repeatedBatch } from "./batches.ts";
import { floatVector } from "./data.ts";
import { type Batch, type Loss, type Progress, trainingStep, trainingStretch } from "./loss.ts";

export interface RangeTest<P extends object> {
  readonly loss: Loss<P>;
  readonly parameters: P;
  readonly optimizer: GradientTransformation;
  readonly optimizerKey: string;
  /** The rows of the trial steps. */
  readonly batch: Batch;
  /** How many steps are taken in one call: as many as in training, whose program serves here too. */
  readonly count: number;
}

/** Takes steps at these rates on the same rows; gives the losses before each. */
const trialSteps = <P extends object>(
  test: RangeTest<P>,
): ((rates: readonly number[]) => ArrayLike<number>) => {
  const { loss, parameters, optimizer, optimizerKey, batch, count } = test;
  const { dtype } = batch.X;
  const take = (count === 1 ? trainingStep : trainingStretch)(loss, optimizerKey, optimizer);
  const rows = count === 1 ? batch : repeatedBatch(batch, count);
  let progress: Progress<P> = { parameters, state: optimizer.init(parameters) };
  return (rates) => {
    const given = count === 1 ? full([], rates[0]!, { dtype }) : floatVector(rates, dtype);
    const [after, losses] = take(progress, given, rows);
    progress = after;
    return losses.data;
  };
};

/**
 * By the range test from 1e-5 to 1, always on the same rows: a tenth of the rate that led to the lowest loss; undefined if
 * none lowered it.
 */
export const rangeTestedRate = <P extends object>(test: RangeTest<P>): number | undefined => {
  const { count } = test;
  const take = trialSteps(test);
  const rates = triedRates();
  const last = rates.at(-1)!;
  let losses: ArrayLike<number> = [];
  const curve = rangeTest((_, i) => {
    if (i % count === 0) losses = take(Array.from({ length: count }, (__, k) => rates[i + k] ?? last));
    return losses[i % count]!;
  });
  const best = lowestPoint(curve);
  return best && best.rate / 10;
};
