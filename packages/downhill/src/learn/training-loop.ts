/** Training by first-order steps: epochs of mini-batches, watched for rest, divergence and interruption. */
import type { GradientTransformation, OptimizerState } from "../optim/transformation.ts";
import { leavesOf } from "../optim/tree.ts";
import { full } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Division, divisionOf, epochStretches } from "./batches.ts";
import { floatVector, total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import type { Stretch, Trouble } from "./diagnosis/trouble.ts";
import type { Divergence } from "./errors.ts";
import { type Batch, compiledLoss, type Loss, trainingStep, trainingStretch } from "./loss.ts";
import type { Outcome } from "./outcome.ts";
import { isBetter, noAlarm, riseAlarm, type Standing, standstill } from "./progress.ts";
import { randomKeys, type RandomSource, type RandomState } from "./random.ts";
import type { RatePolicy } from "./rate.ts";
import type { StopReason, Watch } from "./watch.ts";

/** A training to be carried out. */
export interface FirstOrderTraining<P extends object> {
  readonly parameters: P;
  /** Where it would begin if nothing were known: `parameters`, unless these come from an earlier training. */
  readonly untrained: P;
  readonly state?: OptimizerState | undefined;
  /** Epochs that led to `parameters`; 0 if left out. */
  readonly epochsBefore?: number;
  /** Updates that led there; 0 if left out. */
  readonly stepsBefore?: number;
  /** Whether the rate falls by itself from a bold start, or the rows are few of many: then losses that rise tell nothing. */
  readonly mayRise?: boolean;
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
  readonly validate?: ((parameters: P) => Standing) | undefined;
  /** Judge epochs by the rows held out, end when these no longer get better, and keep the best epoch. */
  readonly earlyStopping: boolean;
  /** By the score, and by the loss among equal ones; or by the loss alone. */
  readonly earlyStoppingBy: "score" | "loss";
  /** Learning rates that would not run away from these parameters. */
  readonly safeRates: (parameters: P, rate: number) => Pick<Divergence, "stableRate" | "suggestedRate">;
  /** Finds out why it ran away; absent where nobody asks. */
  readonly diagnose?: ((trouble: Trouble<P>) => Suspendable<Diagnosis>) | undefined;
}

/** Where a training was between two epochs. */
interface Border<P extends object> {
  readonly parameters: P;
  readonly state: OptimizerState;
  /** Over all that led here. */
  readonly steps: number;
  readonly random: RandomState;
  /** The parameters of the best epoch so far. */
  readonly best: P;
}

export interface FirstOrderOutcome<P extends object> extends Outcome<P> {
  /** The end of the last whole epoch: an interruption may have come later. */
  readonly border: Border<P>;
}

interface Kept<P extends object> {
  readonly parameters: P;
  readonly epoch: number;
  readonly standing: Standing;
  /** Of training. */
  readonly loss: number;
}

const isFiniteTree = (parameters: object): boolean =>
  leavesOf("fit", parameters).every(({ data }) => data.every((value) => Number.isFinite(value)));

/** Multiplications and additions in one call at most, so that the caller has its turn every few milliseconds. */
const workPerCall = 5e7;

/** How many steps a call may take: small models' steps cost less than calling them. */
const stepsPerCall = (parameters: object, batchSize: number): number => {
  const size = total(leavesOf("fit", parameters).map((leaf) => leaf.size));
  // Forward, backward to the weights and backward to the inputs: a product and a sum each, for each weight and row.
  const work = 6 * size * batchSize;
  return Math.max(1, Math.min(256, Math.floor(workPerCall / work)));
};

/**
 * How a training deals out its rows.
 *
 * @param longest how many steps a call may take; as many as take some milliseconds if left out.
 */
export const trainingDivision = <P extends object>(
  {
    loss,
    isRandom,
    data,
    batchSize,
    parameters,
  }: Pick<FirstOrderTraining<P>, "loss" | "isRandom" | "data" | "batchSize" | "parameters">,
  longest: number | undefined,
): Division =>
  divisionOf(
    data.X.shape[0]!,
    batchSize,
    longest ?? stepsPerCall(parameters, batchSize),
    // A random loss may look at rows together, as batch normalisation does.
    !isRandom && loss.isPerRow !== true,
  );

/**
 * Carries out a training, suspended after each stretch of steps.
 *
 * Parameters at the end: those of the best epoch, by the rows held out with `earlyStopping`, by the training loss without.
 * But if all epochs were wanted and done, those after the last step; and if it ran away, those at the start if these are
 * better.
 */
export function* trainFirstOrder<P extends object>(
  training: FirstOrderTraining<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { data, loss, optimizer, rate, epochs, random, earlyStopping } = training;
  const one = trainingStep(loss, training.optimizerKey, optimizer);
  const several = trainingStretch(loss, training.optimizerKey, optimizer);
  const dtype = data.X.dtype;
  let { parameters } = training;
  let state = training.state ?? optimizer.init(parameters);
  const first = training.epochsBefore ?? 0;
  let best: Kept<P> = {
    parameters,
    epoch: first,
    standing: { score: -Infinity, loss: Infinity },
    loss: NaN,
  };
  const rest = standstill(training.tol, training.nIterNoChange, training.relativeTol);
  const division = trainingDivision(training, watch.stepsPerCall);
  const lossOf = compiledLoss(loss);
  const lossAt = (at: P): number => lossOf(at, data).item();
  const past = watch.from?.past;
  const starts = new Set([past === undefined ? parameters : training.untrained, training.untrained]);
  const alarm = training.mayRise === true ? noAlarm : riseAlarm(Math.max(...Array.from(starts, lossAt)));
  const stepsBefore = training.stepsBefore ?? 0;
  let steps = 0;
  let epoch = first;
  const atBorder = (): Border<P> => ({
    parameters,
    state,
    steps: stepsBefore + steps,
    random: random.state(),
    best: best.parameters,
  });

  /** What early stopping makes of the rows held out. */
  const judged = ({ score, loss: value }: Standing): Standing | undefined =>
    !earlyStopping ? undefined : { score: training.earlyStoppingBy === "score" ? score : 0, loss: value };
  const standingOf = (epochLoss: number, validation: Standing | undefined): Standing =>
    (validation && judged(validation)) ?? { score: 0, loss: epochLoss };
  const standingAt = (at: P): Standing => {
    const validation = earlyStopping ? training.validate?.(at) : undefined;
    return (validation && judged(validation)) ?? { score: 0, loss: lossAt(at) };
  };
  const finish = (stopReason: StopReason, divergence?: Divergence): FirstOrderOutcome<P> => {
    // The loss was still falling: what was learnt since it was last looked at is better than nothing.
    const isFalling = best.epoch === first || (!earlyStopping && best.epoch === epoch);
    const isToTheEnd = stopReason === "maxIter" && !earlyStopping;
    const takesLast = stopReason !== "diverged" && (isToTheEnd || (isFalling && isFiniteTree(parameters)));
    return {
      parameters: takesLast ? parameters : best.parameters,
      border,
      history: watch.history,
      nIter: epoch,
      stopReason,
      bestEpoch: takesLast ? epoch : best.epoch,
      ...(divergence === undefined ? {} : { divergence }),
    };
  };
  /** The last calls of steps. */
  let stretches: readonly Stretch<P>[] = [];
  function* diverged(
    reason: Divergence["reason"],
    during: number,
    value: number,
    learningRate: number,
  ): Suspendable<FirstOrderOutcome<P>> {
    // The mean loss of an epoch of many steps says little about where the last of them led to.
    const start = training.parameters;
    if (!isBetter(standingAt(best.parameters), standingAt(start)))
      best = { ...best, parameters: start, epoch: first, loss: lossAt(start) };
    // What is kept is also where the advice is measured.
    const safe = training.safeRates(best.parameters, learningRate);
    const { loss: losses } = watch.history;
    const trouble = {
      reason,
      epoch: during,
      learningRate,
      losses,
      stretches,
      best: best.parameters,
      ...safe,
    };
    const diagnosis = training.diagnose && (yield* training.diagnose(trouble));
    return finish("diverged", {
      reason,
      epoch: during,
      step: steps,
      loss: value,
      learningRate,
      ...safe,
      bestEpoch: best.epoch,
      bestLoss: best.loss,
      diagnosis,
    });
  }

  // What the epochs before led to, in the order in which they did.
  past?.history.loss.forEach((loss, i) => {
    const { validationLoss, validationScore } = past.history;
    const value = validationLoss[i];
    const standing = standingOf(
      loss,
      value === undefined ? undefined : { loss: value, score: validationScore[i]! },
    );
    if (isBetter(standing, best.standing))
      best = { parameters: (past.resumption.last?.best ?? parameters) as P, epoch: i + 1, standing, loss };
    alarm.add(loss);
    if (rest.add(standing)) {
      rate.afterPlateau();
      rest.reset();
    }
  });
  let border = atBorder();

  const reach = (step: number): void =>
    watch.reach(() => ({ epoch, step, parameters, optimizer: state, random: random.state() }));

  watch.visit(() => parameters);
  reach(0);
  yield;
  while (epoch < epochs) {
    const before = parameters;
    /** Of the step that comes after so many others. */
    const rateAfter = (others: number): number => rate.ofStep?.(stepsBefore + steps + others) ?? rate.rate;
    const rateTensor = (count: number | undefined): Tensor =>
      count === undefined
        ? full([], rateAfter(0), { dtype })
        : floatVector(
            Array.from({ length: count }, (_, i) => rateAfter(i)),
            dtype,
          );
    const learningRate = rateAfter(0);
    let lossSum = 0;
    let weightSum = 0;
    let batches = 0;
    for (const stretch of epochStretches(data, division, training.shuffle ? random : null)) {
      if (watch.interrupted()) return finish("interrupted");
      const { count, batch } = stretch;
      const key = training.isRandom ? { key: randomKeys(random, count) } : {};
      const step = count === undefined ? one : several;
      const taken = { ...batch, ...key };
      stretches = [
        ...stretches.slice(-1),
        {
          before: { parameters, state },
          step: steps + 1,
          batch: batches + 1,
          epoch: epoch + 1,
          learningRate,
          rows: taken,
          count,
          order: stretch.order,
        },
      ];
      const [after, stepLosses] = step({ parameters, state }, rateTensor(count), taken);
      const losses = stepLosses.data;
      const failed = losses.findIndex((value) => !Number.isFinite(value));
      steps += failed < 0 ? losses.length : failed + 1;
      if (failed >= 0) return yield* diverged("non-finite", epoch + 1, losses[failed]!, learningRate);
      ({ parameters, state } = after);
      const weights = batch.weights.data;
      const rows = weights.length / losses.length;
      losses.forEach((value, i) => {
        const weight = loss.isPerRow === true ? rows : total(weights.subarray(i * rows, (i + 1) * rows));
        lossSum += weight * value;
        weightSum += weight;
      });
      losses.forEach((value, i) => {
        watch.reportBatch({
          epoch: epoch + 1,
          batch: batches + i + 1,
          step: steps - losses.length + i + 1,
          loss: value,
          learningRate,
        });
      });
      batches += losses.length;
      reach(batches);
      yield;
    }
    if (!isFiniteTree(parameters)) return yield* diverged("non-finite", epoch + 1, NaN, learningRate);
    epoch++;
    const epochLoss = lossSum / weightSum;
    const validation = training.validate?.(parameters);
    const standing = standingOf(epochLoss, validation);
    const improved = isBetter(standing, best.standing);
    // The loss of a step is that of the parameters before it: of a single step per epoch, those before the epoch.
    const measured = batches === 1 && !(earlyStopping && validation) ? before : parameters;
    if (improved) best = { parameters: measured, epoch, standing, loss: epochLoss };
    watch.report({
      loss: epochLoss,
      learningRate,
      improved,
      ...(validation && { validationLoss: validation.loss, validationScore: validation.score }),
    });
    border = atBorder();
    watch.visit(() => parameters);
    reach(0);
    if (alarm.add(epochLoss)) return yield* diverged("rising", epoch, epochLoss, learningRate);
    rate.afterEpoch(data.X.shape[0]!);
    const isAtRest = rest.add(standing);
    if ((isAtRest || epoch === epochs) && alarm.endsAstray())
      return yield* diverged("rising", epoch, epochLoss, learningRate);
    if (isAtRest) {
      if (!rate.afterPlateau()) return finish(earlyStopping ? "earlyStopping" : "converged");
      rest.reset();
    }
    if (watch.interrupted()) return finish("interrupted");
    yield;
  }
  return finish("maxIter");
}
