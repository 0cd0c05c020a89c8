/** Training by first-order steps: epochs of mini-batches, watched for rest, divergence and interruption. */
import type { GradientTransformation, OptimizerState } from "../optim/transformation.ts";
import { leavesOf } from "../optim/tree.ts";
import { full } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { epochBatches } from "./batches.ts";
import { total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Divergence } from "./errors.ts";
import { type Batch, type Loss, trainingStep } from "./loss.ts";
import type { Outcome } from "./outcome.ts";
import { plateau, riseAlarm } from "./progress.ts";
import { randomKey, type RandomSource } from "./random.ts";
import type { RatePolicy } from "./rate.ts";
import type { StopReason, Watch } from "./watch.ts";

/** What the rows held out say about parameters. */
export interface Validation {
  readonly loss: number;
  /** R² or accuracy. */
  readonly score: number;
}

/** A training to be carried out. */
export interface FirstOrderTraining<P extends object> {
  readonly parameters: P;
  readonly state?: OptimizerState | undefined;
  readonly loss: Loss<P>;
  /** Whether the loss takes a random key with each batch. */
  readonly isRandom: boolean;
  readonly data: Batch;
  readonly optimizer: GradientTransformation;
  /** Identifies the optimizer with its settings, so that its step is compiled once. */
  readonly optimizerKey: string;
  readonly rate: RatePolicy;
  readonly epochs: number;
  readonly batchSize: number;
  /** Where the order of rows and the keys of a random loss come from. */
  readonly random: RandomSource;
  /** Whether rows are put into another order before each epoch. */
  readonly shuffle: boolean;
  readonly tol: number;
  /** Whether `tol` is a share of the loss. */
  readonly relativeTol: boolean;
  readonly nIterNoChange: number;
  readonly validate?: ((parameters: P) => Validation) | undefined;
  /** Judge epochs by the validation score, end when it no longer rises, and keep the epoch that had the best. */
  readonly earlyStopping: boolean;
  /** Or by the validation loss. */
  readonly earlyStoppingBy: "score" | "loss";
  /** Learning rates that would not run away from these parameters. */
  readonly safeRates: (parameters: P, rate: number) => Pick<Divergence, "stableRate" | "suggestedRate">;
}

export interface FirstOrderOutcome<P extends object> extends Outcome<P> {
  readonly state: OptimizerState;
}

interface Kept<P extends object> {
  readonly parameters: P;
  readonly epoch: number;
  /** What epochs are compared by: lower is better. */
  readonly value: number;
  readonly loss: number;
}

const isFiniteTree = (parameters: object): boolean =>
  leavesOf("fit", parameters).every(({ data }) => data.every((value) => Number.isFinite(value)));

/**
 * Carries out a training, suspended after each step.
 *
 * Parameters at the end: with `earlyStopping` those of the best epoch, however the training ended. Otherwise the last
 * ones, but if it was interrupted or ran away those of the epoch with the lowest training loss.
 */
export function* trainFirstOrder<P extends object>(
  training: FirstOrderTraining<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { data, loss, optimizer, rate, epochs, batchSize, random, earlyStopping } = training;
  const step = trainingStep(loss, training.optimizerKey, optimizer);
  const dtype = data.X.dtype;
  let { parameters } = training;
  let state = training.state ?? optimizer.init(parameters);
  let best: Kept<P> = { parameters, epoch: 0, value: Infinity, loss: NaN };
  const rest = plateau(training.tol, training.nIterNoChange, training.relativeTol);
  const alarm = riseAlarm();
  let steps = 0;
  let epoch = 0;

  const worth = ({ score, loss }: Validation): number =>
    training.earlyStoppingBy === "score" ? -score : loss;
  const finish = (stopReason: StopReason, divergence?: Divergence): FirstOrderOutcome<P> => {
    const isCutShort = stopReason === "interrupted" || stopReason === "diverged";
    const keepsBest = earlyStopping || isCutShort;
    // Interrupted before any epoch was complete: what has been learnt so far is better than nothing.
    const takesLast = !keepsBest || (stopReason === "interrupted" && best.epoch === 0);
    return {
      parameters: takesLast ? parameters : best.parameters,
      state,
      history: watch.history,
      nIter: epoch,
      stopReason,
      bestEpoch: takesLast ? epoch : best.epoch,
      ...(divergence === undefined ? {} : { divergence }),
    };
  };
  const diverged = (
    reason: Divergence["reason"],
    value: number,
    learningRate: number,
  ): FirstOrderOutcome<P> => {
    // Of the epochs with a finite loss; those are what the advice is measured at, too.
    const safe = training.safeRates(best.parameters, learningRate);
    return finish("diverged", {
      reason,
      epoch: epoch + 1,
      step: steps,
      loss: value,
      learningRate,
      ...safe,
      bestEpoch: best.epoch,
      bestLoss: best.loss,
    });
  };

  while (epoch < epochs) {
    const before = parameters;
    const learningRate = rate.rate;
    const rateTensor: Tensor = full([], learningRate, { dtype });
    let lossSum = 0;
    let weightSum = 0;
    let batches = 0;
    for (const batch of epochBatches(data, batchSize, training.shuffle ? random : null)) {
      if (watch.interrupted()) return finish("interrupted");
      const given = training.isRandom ? { ...batch, key: randomKey(random) } : batch;
      const result = step(parameters, state, rateTensor, given);
      const value = result.loss.item();
      steps++;
      if (!Number.isFinite(value)) return diverged("non-finite", value, learningRate);
      ({ parameters, state } = result);
      const weight = total(batch.weights.data);
      lossSum += weight * value;
      weightSum += weight;
      batches++;
      yield;
    }
    if (!isFiniteTree(parameters)) return diverged("non-finite", NaN, learningRate);
    epoch++;
    const epochLoss = lossSum / weightSum;
    const validation = training.validate?.(parameters);
    const value = earlyStopping && validation !== undefined ? worth(validation) : epochLoss;
    // The loss of a step is that of the parameters before it: of a single step per epoch, those before the epoch.
    const judged = batches === 1 && value === epochLoss ? before : parameters;
    const improved = value < best.value;
    if (improved) best = { parameters: judged, epoch, value, loss: epochLoss };
    watch.report({
      loss: epochLoss,
      learningRate,
      improved,
      ...(validation && { validationLoss: validation.loss, validationScore: validation.score }),
    });
    if (alarm.add(epochLoss)) {
      epoch--;
      return diverged("rising", epochLoss, learningRate);
    }
    rate.afterEpoch(data.X.shape[0]!);
    if (rest.add(value)) {
      if (!rate.afterPlateau()) return finish(earlyStopping ? "earlyStopping" : "converged");
      rest.reset();
    }
    if (watch.interrupted()) return finish("interrupted");
  }
  return finish("maxIter");
}
