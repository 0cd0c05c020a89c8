/** The training that all neural networks share. */
import { type Optimizer, lbfgs } from "../../optim/index.ts";
import { startingAt, trainByDescent } from "../descent.ts";
import type { Suspendable } from "../drive.ts";
import {
  type FirstOrderOptions,
  type FirstOrderSolver,
  isFirstOrder,
  rowsPerStep,
  type SolverSettings,
} from "../first-order.ts";
import { fitByFirstOrder } from "../first-order-training.ts";
import { allRows, type HeldOut, holdOut } from "../held-out.ts";
import type { Batch } from "../loss.ts";
import type { Outcome, Resumption } from "../outcome.ts";
import { randomSource, resumedSource } from "../random.ts";
import { constantRate, type RatePolicy } from "../rate.ts";
import { trainFirstOrder } from "../training-loop.ts";
import type { Watch } from "../watch.ts";
import type { NetworkModel } from "./network-model.ts";

export interface NetworkOptions extends FirstOrderOptions, SolverSettings {
  /** `"lbfgs"` goes over all rows at once and suits small tables; the others go step by step. */
  readonly solver: "lbfgs" | FirstOrderSolver;
  /** Begin at the last fit's parameters if they have the right shapes. */
  readonly warmStart: boolean;
}

export interface NetworkTask<P extends object> {
  readonly operation: string;
  readonly model: NetworkModel<P>;
  readonly options: NetworkOptions;
  /** In place of the options' solver and learning rate. */
  readonly optimizer?: Optimizer | null;
  /** All rows, without penalty. */
  readonly data: Batch;
  readonly validation: Batch | undefined;
  /** The rows to learn from with the penalty in force; as they are if left out. */
  readonly penalised?: (train: Batch) => Batch;
  /** Where it begins if nothing is known. */
  readonly untrained: (train: Batch) => P;
  /** The last fit's. */
  readonly known: P | undefined;
  /** Whether the loss takes a random key in training. */
  readonly isRandom: boolean;
  readonly schedule?: (rate: number, seen: number) => RatePolicy;
  /** As in `fitByFirstOrder`. */
  readonly part?: Resumption | null | undefined;
}

export interface NetworkOutcome<P extends object> {
  readonly outcome: Outcome<P>;
  /** What was learnt from, with the penalty in force. */
  readonly train: Batch;
}

/** Carries out a training, suspended after each step. */
export function* trainNetwork<P extends object>(
  task: NetworkTask<P>,
  watch: Watch,
): Suspendable<NetworkOutcome<P>> {
  const { operation, model, options, known, optimizer = null, isRandom } = task;
  const { solver } = options;
  const isStepped = optimizer !== null || isFirstOrder(solver);
  const held = isStepped
    ? holdOut(operation, task.data, task.validation, model, options)
    : allRows<P>(task.data);
  const train = task.penalised?.(held.train) ?? held.train;
  const rows = { ...held, train };
  const untrained = task.untrained(train);
  const parameters = startingAt(untrained, options.warmStart || task.part !== undefined ? known : undefined);
  const { loss } = model;
  if (optimizer !== null)
    return { outcome: yield* byOptimizer(task, optimizer, rows, parameters, untrained, watch), train };
  if (!isFirstOrder(solver)) {
    const method = lbfgs();
    return { outcome: yield* trainByDescent({ parameters, loss, data: train, method, tol: options.tol }, watch), train }; // prettier-ignore
  }
  const fit = {
    operation,
    solver,
    settings: options,
    parameters,
    untrained,
    loss,
    isRandom,
    rows,
    options,
    ...(task.schedule && { schedule: task.schedule }),
    relativeTol: false,
    part: task.part,
  };
  return { outcome: yield* fitByFirstOrder(fit, watch), train };
}

const names = new WeakMap<Optimizer, string>();
let named = 0;

/** Tells an optimizer that somebody made from others. */
const nameOf = (optimizer: Optimizer): string => {
  let name = names.get(optimizer);
  if (name === undefined) names.set(optimizer, (name = `given ${++named}`));
  return name;
};

/** Training by an optimizer that has its own rate: nothing is known of the border of that, so nothing is said of it. */
function* byOptimizer<P extends object>(
  { operation, model: { loss }, options, isRandom }: NetworkTask<P>,
  optimizer: Optimizer,
  { train, validate }: HeldOut<P>,
  parameters: P,
  untrained: P,
  watch: Watch,
): Suspendable<Outcome<P>> {
  const { from } = watch;
  const outcome = yield* trainFirstOrder<P>(
    {
      parameters: (from?.parameters as P | undefined) ?? parameters,
      untrained,
      state: from?.optimizer,
      epochsBefore: from?.epoch ?? 0,
      loss,
      isRandom,
      data: train,
      optimizer,
      optimizerKey: nameOf(optimizer),
      rate: constantRate(1),
      epochs: options.maxIter,
      batchSize: rowsPerStep(options.batchSize, train.X.shape[0]!),
      random: from === undefined ? randomSource(operation, options.randomState) : resumedSource(from.random),
      shuffle: options.shuffle,
      tol: options.tol,
      relativeTol: false,
      nIterNoChange: options.nIterNoChange,
      validate,
      earlyStopping: options.earlyStopping,
      earlyStoppingBy: options.earlyStoppingBy,
      safeRates: () => ({ stableRate: undefined, suggestedRate: undefined }),
    },
    {
      ...watch,
      report: ({ learningRate: _one, ...entry }) => {
        watch.report(entry);
      },
      reportBatch: ({ learningRate: _one, ...event }) => {
        watch.reportBatch(event);
      },
    },
  );
  const { divergence } = outcome;
  return divergence === undefined
    ? outcome
    : { ...outcome, divergence: { ...divergence, learningRate: undefined } };
}
