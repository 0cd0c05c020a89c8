/** How a training by first-order steps takes up what came before it. */
import type { GradientTransformation } from "../optim/transformation.ts";
import type { FirstOrderOptions } from "./first-order.ts";
import type { Batch } from "./loss.ts";
import { memoryOf, stateFrom } from "./memory.ts";
import type { Resumption } from "./resumption.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { type RandomSource, randomSource, resumedSource } from "./random.ts";
import type { FirstOrderOutcome, FirstOrderTraining } from "./training-loop.ts";
import type { TrainingTask } from "./training-task.ts";
import type { History, StartingPoint, Watch } from "./watch.ts";

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
  const before = part ?? from?.past?.resumption;
  const past = from?.past;
  if (past !== undefined && past.history.epoch.length !== from?.epoch)
    throw new ArgumentError(
      operation,
      `from is a point after ${from?.epoch} epochs, but its history has ${past.history.epoch.length}; write from: whereTrainingWas(model)`,
    );
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

/** From where the next part goes on, or the whole training. */
export const resumptionAfter = <P extends object>(
  { isPart, epochsBefore = 0, rowsBefore }: Beginning<P>,
  { nIter: epochs, border }: FirstOrderOutcome<P>,
  { X }: Batch,
  rate: number,
): Resumption => {
  const { parameters, state, steps, random, best } = border;
  const rows = rowsBefore + (epochs - epochsBefore) * X.shape[0]!;
  const last = isPart ? {} : { last: { parameters, best } };
  return { epochs, steps, rows, rate, memory: memoryOf(state), random, ...last };
};

/** A model that knows where it was. */
interface Resumable {
  readonly kind: string;
  readonly history: History;
  readonly resumption: Resumption | undefined;
}

/**
 * Where the training of a model was after its last whole epoch: `fit(X, y, { from: whereTrainingWas(model) })` on the same rows
 * with the same options goes on from there, to where it would have come without a pause, bit for bit. The model may have been
 * saved with its memory in between; `maxIter` counts the epochs before too, and may be another.
 *
 * @throws ArgumentError if it was not trained by first-order steps as a whole, or saved without its memory.
 */
export const whereTrainingWas = ({ kind, history, resumption }: Resumable): StartingPoint => {
  if (resumption?.last === undefined || resumption.memory === undefined)
    throw new ArgumentError(
      "whereTrainingWas",
      `this ${kind} does not know where its training was; it takes a first-order solver, fit rather than partialFit, and ` +
        "saveModel(model, { memory: true }) if it was saved",
    );
  const { epochs: epoch, random, last } = resumption;
  return { epoch, parameters: last.parameters, random, past: { history, resumption } };
};
