/** How a training by first-order steps takes up what came before it. */
import type { GradientTransformation } from "../optim/transformation.ts";
import type { FirstOrderOptions } from "./first-order.ts";
import type { Batch } from "./loss.ts";
import { memoryOf, stateFrom } from "./memory.ts";
import type { Resumption } from "./outcome.ts";
import { type RandomSource, randomSource, resumedSource } from "./random.ts";
import type { FirstOrderOutcome, FirstOrderTraining } from "./training-loop.ts";
import type { TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface Beginning<P extends object> extends Pick<
  FirstOrderTraining<P>,
  "parameters" | "state" | "epochsBefore" | "stepsBefore" | "epochs"
> {
  /** Whether it is one epoch over rows that are a part of all. */
  readonly isPart: boolean;
  /** Rows that steps have seen, each as often as it was seen. */
  readonly rowsBefore: number;
  /** The first rate, if it is known. */
  readonly rate: number | undefined;
  /** Where the order of rows comes from, each time from here on. */
  readonly random: () => RandomSource;
}

/**
 * From where the parts before led, or from a point at which another training was, or else afresh.
 *
 * @param parameters where it begins if there is no such point.
 */
export const beginningOf = <P extends object>(
  { operation, part }: Pick<TrainingTask<P>, "operation" | "part">,
  { maxIter, randomState }: Pick<FirstOrderOptions, "maxIter" | "randomState">,
  parameters: P,
  optimizer: GradientTransformation,
  { from }: Watch,
): Beginning<P> => {
  const before = part ?? undefined;
  const epochsBefore = before?.epochs ?? from?.epoch ?? 0;
  const reached = before?.random ?? from?.random;
  const isPart = part !== undefined;
  return {
    isPart,
    parameters: (from?.parameters as P | undefined) ?? parameters,
    state: before?.memory ? stateFrom(operation, before.memory, optimizer.init(parameters)) : from?.optimizer,
    epochsBefore,
    stepsBefore: before?.steps ?? 0,
    rowsBefore: before?.rows ?? 0,
    epochs: isPart ? epochsBefore + 1 : maxIter,
    rate: before?.rate,
    random: () => (reached === undefined ? randomSource(operation, randomState) : resumedSource(reached)),
  };
};

/** From where the next part goes on. */
export const resumptionAfter = <P extends object>(
  { epochsBefore = 0, rowsBefore }: Beginning<P>,
  { nIter: epochs, steps, state }: FirstOrderOutcome<P>,
  { X }: Batch,
  rate: number,
  random: RandomSource,
): Resumption => {
  const rows = rowsBefore + (epochs - epochsBefore) * X.shape[0]!;
  return { epochs, steps, rows, rate, memory: memoryOf(state), random: random.state() };
};
