/** What a training reports while it runs, and how it is told to stop. */
import type { OptimizerState } from "../optim/transformation.ts";
import type { MatrixData, VectorData } from "./data.ts";
import type { Resumption } from "./resumption.ts";
import type { RandomState } from "./random.ts";

/** One epoch (or iteration) of a training. */
export interface EpochEvent {
  /** Counted from 1. */
  readonly epoch: number;
  /** How many there will be at most. */
  readonly epochs: number;
  /** The training loss per row, as in `history.loss`. */
  readonly loss: number;
  readonly validationLoss?: number;
  /** R² or accuracy on the validation rows. */
  readonly validationScore?: number;
  /** The rate of this epoch's steps; undefined for methods that have none. */
  readonly learningRate?: number;
  /** Since the start of the training. */
  readonly seconds: number;
  /** Whether this is the best epoch so far. */
  readonly improved: boolean;
}

/** One mini-batch of a training by first-order steps. */
export interface BatchEvent {
  /** Counted from 1, as is the batch within it. */
  readonly epoch: number;
  readonly batch: number;
  /** Updates so far over all epochs. */
  readonly step: number;
  /** Of the batch, per row, before its update. */
  readonly loss: number;
  /** The rate of the update; undefined for optimizers with a rate of their own. */
  readonly learningRate?: number;
}

/** What was reported, one entry for each epoch; lists that do not apply are empty. */
export interface History {
  readonly epoch: number[];
  readonly loss: number[];
  readonly learningRate: number[];
  readonly seconds: number[];
  readonly validationLoss: number[];
  readonly validationScore: number[];
}

/** Rows held out from training. */
export interface ValidationData<Y, X = MatrixData> {
  readonly X: X;
  readonly y: Y;
  readonly sampleWeight?: VectorData | undefined;
}

/** Where a training by first-order steps is: all that it takes to go on from there as if nothing had happened. */
export interface TrainingPoint {
  /** Whole epochs done. */
  readonly epoch: number;
  /** Steps done in the epoch that has begun; 0 between epochs. */
  readonly step: number;
  /** Nested and shaped like the estimator's `parameters`. */
  readonly parameters: object;
  /** What the optimizer remembers. */
  readonly optimizer: OptimizerState;
  /** Where the order of the rows comes from. */
  readonly random: RandomState;
}

/** What a training knows of its epochs so far. */
export interface Past {
  /** Of all of them. */
  readonly history: History;
  readonly resumption: Resumption;
}

/** A point to begin at: between two epochs, and of an optimizer with other settings perhaps, which then remembers nothing. */
export type StartingPoint = Pick<TrainingPoint, "epoch" | "parameters" | "random"> &
  Partial<Pick<TrainingPoint, "optimizer">> & {
    /**
     * With it the training goes on as if it had not been interrupted: rate, patience, best epoch and history are those of the
     * epochs before too. Without it they begin anew. See `whereTrainingWas`.
     */
    readonly past?: Past;
  };

/** `Y`: the targets; `X`: the rows. */
export interface FitOptions<Y, X = MatrixData> {
  /** One weight ≥ 0 for each row: its loss counts so many times. */
  readonly sampleWeight?: VectorData | undefined;
  /** Evaluated after each epoch of a first-order training; what early stopping looks at. */
  readonly validation?: ValidationData<Y, X> | undefined;
  /** Called after each epoch or iteration. Returning false ends the training like an interruption. */
  readonly onEpoch?: ((event: EpochEvent) => void | boolean) | undefined;
  /**
   * Called for each mini-batch of a training by first-order steps: for those that one call of steps took, one after another, hence right
   * after each with `stepsPerCall: 1`. Returning false ends the training like an interruption.
   */
  readonly onBatch?: ((event: BatchEvent) => void | boolean) | undefined;
  /**
   * Called with the parameters before the first epoch (as epoch 0) and after each epoch or iteration: see `parameterPath`.
   * They cost no copy; who keeps them keeps their memory. Not called by models that are solved, in one step or by coordinates.
   */
  readonly onParameters?: ((parameters: object, epoch: number) => void) | undefined;
  /**
   * Called with where a training by first-order steps is: before the first step, after each call of steps, and after each
   * epoch. Points cost no copy.
   */
  readonly onPoint?: ((point: TrainingPoint) => void) | undefined;
  /**
   * First-order solvers: begin where another training on the same rows was after an epoch, instead of afresh. `maxIter`
   * counts the epochs before it too.
   */
  readonly from?: StartingPoint | undefined;
  /** How many first-order steps one call takes; as many as take some milliseconds if left out. */
  readonly stepsPerCall?: number | undefined;
  /** Interrupts the training between two steps; the best parameters so far are kept and `fit` returns normally. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a training ended. */
export type StopReason = "converged" | "maxIter" | "earlyStopping" | "interrupted" | "diverged";

/** Collects the history of one training, tells the caller about it, and listens for interruptions. */
export interface Watch {
  readonly history: History;
  readonly epochs: number;
  interrupted(): boolean;
  report(entry: Omit<EpochEvent, "epoch" | "epochs" | "seconds">): void;
  /** Tells of a mini-batch. */
  reportBatch(event: BatchEvent): void;
  /** Takes where the training is: before the first epoch, and after the report of each. Made only if wanted. */
  visit(parameters: () => object): void;
  /** Takes where a training by first-order steps is. */
  reach(point: () => TrainingPoint): void;
  readonly from: StartingPoint | undefined;
  readonly stepsPerCall: number | undefined;
}

export const emptyHistory = (): History => ({
  epoch: [],
  loss: [],
  learningRate: [],
  seconds: [],
  validationLoss: [],
  validationScore: [],
});

const copied = (history: History): History => ({
  epoch: [...history.epoch],
  loss: [...history.loss],
  learningRate: [...history.learningRate],
  seconds: [...history.seconds],
  validationLoss: [...history.validationLoss],
  validationScore: [...history.validationScore],
});

export const watchTraining = <Y>(
  { onEpoch, onBatch, onParameters, onPoint, from, stepsPerCall, signal }: FitOptions<Y>,
  epochs: number,
): Watch => {
  const past = from?.past?.history;
  const history = past === undefined ? emptyHistory() : copied(past);
  const before = past === undefined ? (from?.epoch ?? 0) : 0;
  const start = performance.now() - 1000 * (past?.seconds.at(-1) ?? 0);
  let stopped = false;
  return {
    history,
    epochs,
    from,
    stepsPerCall,
    interrupted: () => stopped || (signal?.aborted ?? false),
    report: (entry) => {
      const epoch = before + history.epoch.length + 1;
      const seconds = (performance.now() - start) / 1000;
      history.epoch.push(epoch);
      history.loss.push(entry.loss);
      history.seconds.push(seconds);
      if (entry.learningRate !== undefined) history.learningRate.push(entry.learningRate);
      if (entry.validationLoss !== undefined) history.validationLoss.push(entry.validationLoss);
      if (entry.validationScore !== undefined) history.validationScore.push(entry.validationScore);
      if (onEpoch?.({ epoch, epochs, seconds, ...entry }) === false) stopped = true;
    },
    reportBatch: (event) => {
      if (onBatch?.(event) === false) stopped = true;
    },
    visit: (parameters) => onParameters?.(parameters(), before + history.epoch.length),
    reach: (point) => onPoint?.(point()),
  };
};
