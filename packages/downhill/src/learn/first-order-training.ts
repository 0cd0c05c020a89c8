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
  /** How the rate goes on from the first one; constant if left out. */
  readonly schedule?: (rate: number) => RatePolicy;
  /** Whether `tol` is a share of the loss; true if left out. */
  readonly relativeTol?: boolean;
}

/** Carries out the training, suspended after each step. */
export function* fitByFirstOrder<P extends object>(
  fit: FirstOrderFit<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { operation, solver, loss, options, rows } = fit;
  const { from } = watch;
  const parameters = (from?.parameters as P | undefined) ?? fit.parameters;
  const { settings = solverDefaults, schedule = constantRate } = fit;
  const { train, validate } = rows;
  const batchSize = rowsPerStep(options.batchSize, train.X.shape[0]!);
  const question = { solver, settings, loss, data: train, batchSize };
  const rate = options.learningRate === "auto" ? automaticRate(question, parameters) : options.learningRate;
  const training = (change: Change<P>): FirstOrderTraining<P> => ({
    parameters: change.parameters ?? parameters,
    untrained: fit.untrained,
    state: change.solver === undefined ? from?.optimizer : undefined,
    epochsBefore: from?.epoch ?? 0,
    loss,
    isRandom: fit.isRandom ?? false,
    data: change.data ?? train,
    ...optimizerNamed(change.solver ?? solver, settings),
    rate: schedule(change.rate ?? rate),
    epochs: options.maxIter,
    batchSize: change.batchSize ?? batchSize,
    random: from === undefined ? randomSource(operation, options.randomState) : resumedSource(from.random),
    shuffle: options.shuffle,
    tol: options.tol,
    relativeTol: fit.relativeTol ?? true,
    nIterNoChange: options.nIterNoChange,
    validate,
    earlyStopping: options.earlyStopping,
    earlyStoppingBy: options.earlyStoppingBy,
    safeRates: (at, tried) => safeRates(question, at, tried),
  });
  const scene = { question, rate, again: training, numbers: rows.numbers };
  return yield* trainFirstOrder(
    { ...training({}), diagnose: (trouble) => postMortem(scene, trouble) },
    watch,
  );
}
