/** Training of a model by a named first-order solver with its options. */
import { automaticRate, safeRates } from "./automatic-rate.ts";
import { beginningOf, resumptionAfter } from "./beginning.ts";
import type { Suspendable } from "./drive.ts";
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
import { constantRate, type RatePolicy } from "./rate.ts";
import type { TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface FirstOrderFit<P extends object> {
  readonly task: Pick<TrainingTask<P>, "operation" | "part">;
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
  /** Whether `tol` is a share of the loss; true if left out. */
  readonly relativeTol?: boolean;
}

/** Carries out the training, suspended after each step. */
export function* fitByFirstOrder<P extends object>(
  fit: FirstOrderFit<P>,
  watch: Watch,
): Suspendable<FirstOrderOutcome<P>> {
  const { solver, loss, options } = fit;
  const { settings = solverDefaults, schedule = constantRate } = fit;
  const { optimizer } = optimizerNamed(solver, settings);
  const beginning = beginningOf(fit.task, options, fit.parameters, optimizer, watch);
  const { train, validate, numbers } = fit.rows;
  const batchSize = rowsPerStep(options.batchSize, train.X.shape[0]!);
  const question = { solver, settings, loss, data: train, batchSize };
  const { isPart, rowsBefore, random, rate: known, ...start } = beginning;
  const { learningRate } = options;
  const rate = known ?? (learningRate === "auto" ? automaticRate(question, start.parameters) : learningRate);
  const training = (change: Change<P>): FirstOrderTraining<P> => ({
    ...start,
    parameters: change.parameters ?? start.parameters,
    untrained: fit.untrained,
    state: change.solver === undefined ? start.state : undefined,
    mayRise: isPart || (fit.mayRise ?? false),
    loss,
    isRandom: fit.isRandom ?? false,
    data: change.data ?? train,
    ...optimizerNamed(change.solver ?? solver, settings),
    rate: schedule(change.rate ?? rate, rowsBefore),
    batchSize: change.batchSize ?? batchSize,
    random: random(),
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
  return { ...outcome, resumption: resumptionAfter(beginning, outcome, train, rate) };
}
