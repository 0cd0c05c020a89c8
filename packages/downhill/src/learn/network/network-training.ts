/** The training that all neural networks share. */
import { type Optimizer, lbfgs } from "../../optim/index.ts";
import { beginningOf, resumptionAfter } from "../beginning.ts";
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
import type { Outcome } from "../outcome.ts";
import { constantRate, type RatePolicy } from "../rate.ts";
import { trainFirstOrder } from "../training-loop.ts";
import type { TrainingTask } from "../training-task.ts";
import type { Watch } from "../watch.ts";
import type { NetworkModel } from "./network-model.ts";

export interface NetworkOptions extends FirstOrderOptions, SolverSettings {
  /** `"lbfgs"` goes over all rows at once and suits small tables; the others go step by step. */
  readonly solver: "lbfgs" | FirstOrderSolver;
  /** Begin at the last fit's parameters if they have the right shapes. */
  readonly warmStart: boolean;
}

export interface NetworkTask<P extends object> {
  readonly task: TrainingTask<P>;
  readonly model: NetworkModel<P>;
  readonly options: NetworkOptions;
  /** In place of the options' solver and learning rate. */
  readonly optimizer?: Optimizer | null;
  /** The rows to learn from with the penalty in force; as they are if left out. */
  readonly penalised?: (train: Batch) => Batch;
  /** Where it begins if nothing is known. */
  readonly untrained: (train: Batch) => P;
  /** Whether the loss takes a random key in training. */
  readonly isRandom: boolean;
  readonly schedule?: (rate: number, seen: number) => RatePolicy;
}

export interface NetworkOutcome<P extends object> {
  readonly outcome: Outcome<P>;
  /** What was learnt from, with the penalty in force. */
  readonly train: Batch;
}

/** Carries out a training, suspended after each step. */
export function* trainNetwork<P extends object>(
  network: NetworkTask<P>,
  watch: Watch,
): Suspendable<NetworkOutcome<P>> {
  const { task, model, options, optimizer = null, isRandom } = network;
  const { solver } = options;
  const isStepped = optimizer !== null || isFirstOrder(solver);
  const held = isStepped
    ? holdOut(task.operation, task.data, task.validation, model, options)
    : allRows<P>(task.data);
  const train = network.penalised?.(held.train) ?? held.train;
  const rows = { ...held, train };
  const untrained = network.untrained(train);
  const parameters = startingAt(untrained, task.known);
  const { loss } = model;
  if (optimizer !== null)
    return { outcome: yield* byOptimizer(network, optimizer, rows, parameters, untrained, watch), train };
  if (!isFirstOrder(solver)) {
    const method = lbfgs();
    return { outcome: yield* trainByDescent({ parameters, loss, data: train, method, tol: options.tol }, watch), train }; // prettier-ignore
  }
  const fit = {
    task,
    solver,
    settings: options,
    parameters,
    untrained,
    loss,
    isRandom,
    rows,
    options,
    ...(network.schedule && { schedule: network.schedule }),
    relativeTol: false,
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
  { task, model: { loss }, options, isRandom }: NetworkTask<P>,
  optimizer: Optimizer,
  { train, validate }: HeldOut<P>,
  parameters: P,
  untrained: P,
  watch: Watch,
): Suspendable<Outcome<P>> {
  const beginning = beginningOf(task, options, parameters, optimizer, watch);
  const random = beginning.random();
  const outcome = yield* trainFirstOrder<P>(
    {
      ...beginning,
      untrained,
      mayRise: beginning.isPart,
      loss,
      isRandom,
      data: train,
      optimizer,
      optimizerKey: nameOf(optimizer),
      rate: constantRate(1),
      batchSize: rowsPerStep(options.batchSize, train.X.shape[0]!),
      random,
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
  return {
    ...outcome,
    ...(divergence && { divergence: { ...divergence, learningRate: undefined } }),
    resumption: resumptionAfter(beginning, outcome, train, 1),
  };
}
