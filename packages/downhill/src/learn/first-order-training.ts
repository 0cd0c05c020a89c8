/** Training of a model by a named first-order solver with its options. */
import type { Suspendable } from "./drive.ts";
import { automaticRate, safeRates } from "./automatic-rate.ts";
import {
  type FirstOrderOptions,
  type FirstOrderSolver,
  optimizerNamed,
  rowsPerStep,
  solverDefaults,
  type SolverSettings,
} from "./first-order.ts";
import type { HeldOut } from "./held-out.ts";
import type { Loss } from "./loss.ts";
import type { Resumption } from "./outcome.ts";
import { postMortem } from "./diagnosis/post-mortem.ts";
import type { Change } from "./diagnosis/scene.ts";
import { type FirstOrderOutcome, type FirstOrderTraining, trainFirstOrder } from "./training-loop.ts";
import { randomSource, resumedSource } from "./random.ts";
import { constantRate, type RatePolicy } from "./rate.ts";
import type { Watch } from "./watch.ts";

export interface FirstOrderFit<P extends object> {
  readonly operation: string;
  readonly solver: FirstOrderSolver;
  readonly settings?: SolverSettings;
  /** Where the training begins. */
  readonly parameters: P;
  /** Where it would begin if nothing were known. */
  readonly untrained: P;
  readonly loss: Loss<P>;
  /** Whether the loss takes a random key in training. */
  readonly isRandom?: boolean;
  /** The rows, those to learn from with the penalty in force. */
  readonly rows: HeldOut<P>;
  readonly options: FirstOrderOptions;
  /** How the rate goes on from the first one, so many rows having been seen before; constant if left out. */
  readonly schedule?: (rate: number, seen: number) => RatePolicy;
  /** Whether the schedule is one that is bold at first, so that the loss may rise. */
  readonly mayRise?: boolean;
  /** One epoch over rows that are a part of all, from where the parts before led (null: there were none); a whole training if left out. */
  readonly part?: Resumption | null | undefined;
  /** Whether `tol` is a share of the loss; true if left out. */
  readonly relativeTol?: boolean;
}

/** Carries out the training, suspended after each step. */
export function* fitByFirstOrder<P extends object>(
  fit: FirstOrderFit<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { operation, solver, loss, options } = fit;
  const { from } = watch;
  const parameters = (from?.parameters as P | undefined) ?? fit.parameters;
  const { settings = solverDefaults, schedule = constantRate } = fit;
  const { train, validate, numbers } = fit.rows;
  const batchSize = rowsPerStep(options.batchSize, train.X.shape[0]!);
  const question = { solver, settings, loss, data: train, batchSize };
  const before = fit.part ?? undefined;
  const isPart = fit.part !== undefined;
  const { learningRate } = options;
  const rate = before?.rate ?? (learningRate === "auto" ? automaticRate(question, parameters) : learningRate);
  const epochsBefore = before?.epochs ?? from?.epoch ?? 0;
  const reached = before?.random ?? from?.random;
  const training = (change: Change<P>): FirstOrderTraining<P> => ({
    parameters: change.parameters ?? parameters,
    untrained: fit.untrained,
    state: change.solver === undefined ? (before?.optimizer ?? from?.optimizer) : undefined,
    epochsBefore,
    stepsBefore: before?.steps ?? 0,
    mayRise: isPart || (fit.mayRise ?? false),
    loss,
    isRandom: fit.isRandom ?? false,
    data: change.data ?? train,
    ...optimizerNamed(change.solver ?? solver, settings),
    rate: schedule(change.rate ?? rate, before?.rows ?? 0),
    epochs: isPart ? epochsBefore + 1 : options.maxIter,
    batchSize: change.batchSize ?? batchSize,
    random: reached === undefined ? randomSource(operation, options.randomState) : resumedSource(reached),
    shuffle: options.shuffle,
    tol: options.tol,
    relativeTol: fit.relativeTol ?? true,
    nIterNoChange: options.nIterNoChange,
    validate,
    earlyStopping: options.earlyStopping,
    earlyStoppingBy: options.earlyStoppingBy,
    safeRates: (at, tried) => safeRates(question, at, tried),
  });
  const scene = { question, rate, again: training, numbers };
  const whole = training({});
  const outcome = yield* trainFirstOrder(
    { ...whole, diagnose: (trouble) => postMortem(scene, trouble) },
    watch,
  );
  const { nIter: epochs, steps, state: optimizer } = outcome;
  const rows = (before?.rows ?? 0) + (epochs - epochsBefore) * train.X.shape[0]!;
  return {
    ...outcome,
    resumption: { epochs, steps, rows, rate, optimizer, random: whole.random.state() },
  };
}
