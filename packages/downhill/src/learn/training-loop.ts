/** Training by first-order steps: epochs of mini-batches, watched for rest, divergence and interruption. */
import type { GradientTransformation, OptimizerState } from "../optim/transformation.ts";
import { leavesOf } from "../optim/tree.ts";
import { full } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { epochStretches } from "./batches.ts";
import { total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Divergence } from "./errors.ts";
import { type Batch, type Loss, trainingStep, trainingStretch } from "./loss.ts";
import type { Outcome } from "./outcome.ts";
import { plateau, riseAlarm } from "./progress.ts";
import { randomKeys, type RandomSource } from "./random.ts";
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

/** Multiplications and additions in one call at most, so that the caller has its turn every few milliseconds. */
const workPerCall = 5e7;

/** How many steps are taken in one call: small models' steps cost less than calling them. */
const stepsPerCall = (parameters: object, batchSize: number): number => {
  const size = total(leavesOf("fit", parameters).map((leaf) => leaf.size));
  // Forward, backward to the weights and backward to the inputs: a product and a sum each, for each weight and row.
  const work = 6 * size * batchSize;
  return Math.max(1, Math.min(256, Math.floor(workPerCall / work)));
};

/**
 * Carries out a training, suspended after each stretch of steps.
 *
 * Parameters at the end: with `earlyStopping` those of the best epoch, however the training ended. Otherwise the last
 * ones, but if it was interrupted or ran away those of the epoch with the lowest training loss.
 */
export function* trainFirstOrder<P extends object>(
  training: FirstOrderTraining<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { data, loss, optimizer, rate, epochs, batchSize, random, earlyStopping } = training;
  const one = trainingStep(loss, training.optimizerKey, optimizer);
  const several = trainingStretch(loss, training.optimizerKey, optimizer);
  const dtype = data.X.dtype;
  let { parameters } = training;
  let state = training.state ?? optimizer.init(parameters);
  let best: Kept<P> = { parameters, epoch: 0, value: Infinity, loss: NaN };
  const rest = plateau(training.tol, training.nIterNoChange, training.relativeTol);
  const alarm = riseAlarm();
  const longest = stepsPerCall(parameters, batchSize);
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
    for (const stretch of epochStretches(data, batchSize, training.shuffle ? random : null, longest)) {
      if (watch.interrupted()) return finish("interrupted");
      const { count, batch } = stretch;
      const key = training.isRandom ? { key: randomKeys(random, count) } : {};
      const step = count === undefined ? one : several;
      const [after, stepLosses] = step({ parameters, state }, rateTensor, { ...batch, ...key });
      const losses = stepLosses.data;
      const failed = losses.findIndex((value) => !Number.isFinite(value));
      steps += failed < 0 ? losses.length : failed + 1;
      if (failed >= 0) return diverged("non-finite", losses[failed]!, learningRate);
      ({ parameters, state } = after);
      const weights = batch.weights.data;
      const rows = weights.length / losses.length;
      losses.forEach((value, i) => {
        const weight = total(weights.subarray(i * rows, (i + 1) * rows));
        lossSum += weight * value;
        weightSum += weight;
      });
      batches += losses.length;
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
