/** First-order solvers by name, with their options, for models trained step by step. */
import * as optim from "../optim/index.ts";
import type { GradientTransformation } from "../optim/index.ts";
import type { Divergence } from "./errors.ts";
import type { Batch, Loss } from "./loss.ts";
import { batchOfRows } from "./batches.ts";
import {
  requireCount,
  requireFraction,
  requireNonNegative,
  requireNumber,
  requireOneOf,
  requirePositive,
} from "./options.ts";
import { sharpness } from "./sharpness.ts";

export type FirstOrderSolver = "sgd" | "momentum" | "nesterov" | "adagrad" | "rmsprop" | "adam" | "adamw";

export const firstOrderSolvers: readonly FirstOrderSolver[] = [
  "sgd",
  "momentum",
  "nesterov",
  "adagrad",
  "rmsprop",
  "adam",
  "adamw",
];

export const isFirstOrder = (solver: string): solver is FirstOrderSolver =>
  (firstOrderSolvers as readonly string[]).includes(solver);

/** Options of models that can be trained by first-order steps instead of their own method. */
export interface FirstOrderOptions {
  /**
   * The step length, in terms of the loss per row. `"auto"`: for sgd, momentum and nesterov 1/λmax of the loss, measured
   * before the first step (a quarter of it with mini-batches); for the others 0.01.
   */
  readonly learningRate: number | "auto";
  /** Rows per step; `"auto"`: 200, or all if there are fewer; null for all: plain gradient descent. */
  readonly batchSize: number | "auto" | null;
  /** Epochs, for first-order solvers; iterations for the others. */
  readonly maxIter: number;
  /** First-order solvers have converged when the loss fell by less than this share of it for `nIterNoChange` epochs. */
  readonly tol: number;
  readonly nIterNoChange: number;
  /** Mix the rows anew before each epoch. */
  readonly shuffle: boolean;
  /** The seed of everything random. */
  readonly randomState: number;
  /** Hold out rows, watch the score on them, end when it no longer rises and keep the best parameters. */
  readonly earlyStopping: boolean;
  /**
   * What early stopping looks at: `"score"` as in scikit-learn, or `"loss"`. Of few rows held out the accuracy soon stands
   * still while the loss goes on falling.
   */
  readonly earlyStoppingBy: "score" | "loss";
  /** The share of the rows held out for early stopping, unless `fit` is given validation rows. */
  readonly validationFraction: number;
}

export const firstOrderDefaults: FirstOrderOptions = {
  learningRate: "auto",
  batchSize: null,
  maxIter: 1000,
  tol: 1e-6,
  nIterNoChange: 5,
  shuffle: true,
  randomState: 0,
  earlyStopping: false,
  earlyStoppingBy: "score",
  validationFraction: 0.1,
};

export const checkFirstOrderOptions = (operation: string, options: FirstOrderOptions): void => {
  if (options.learningRate !== "auto") requirePositive(operation, "learningRate", options.learningRate);
  if (options.batchSize !== null && options.batchSize !== "auto")
    requireCount(operation, "batchSize", options.batchSize);
  requireCount(operation, "maxIter", options.maxIter);
  requireNonNegative(operation, "tol", options.tol);
  requireCount(operation, "nIterNoChange", options.nIterNoChange);
  requireNumber(
    operation,
    "randomState",
    options.randomState,
    (x) => Number.isSafeInteger(x) && x >= 0,
    "a whole number from 0",
  );
  requireOneOf(operation, "earlyStoppingBy", options.earlyStoppingBy, ["score", "loss"]);
  requireFraction(operation, "validationFraction", options.validationFraction);
};

export const rowsPerStep = (batchSize: FirstOrderOptions["batchSize"], rows: number): number =>
  Math.min(batchSize === "auto" ? 200 : (batchSize ?? rows), rows);

/** Settings of the named optimizers; those that a solver does not have are ignored. */
export interface SolverSettings {
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const solverDefaults: SolverSettings = { momentum: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

const optimizers: Record<FirstOrderSolver, (settings: SolverSettings) => GradientTransformation> = {
  sgd: () => optim.sgd({ learningRate: 1 }),
  momentum: ({ momentum }) => optim.momentum({ learningRate: 1, momentum }),
  nesterov: ({ momentum }) => optim.nesterov({ learningRate: 1, momentum }),
  adagrad: () => optim.adagrad({ learningRate: 1 }),
  rmsprop: () => optim.rmsprop({ learningRate: 1 }),
  adam: ({ beta1, beta2, epsilon }) => optim.adam({ learningRate: 1, beta1, beta2, eps: epsilon }),
  adamw: ({ beta1, beta2, epsilon }) => optim.adamw({ learningRate: 1, beta1, beta2, eps: epsilon }),
};

/** The named optimizer with learning rate 1, and a key that tells it from others. */
export const optimizerNamed = (
  solver: FirstOrderSolver,
  settings: SolverSettings = solverDefaults,
): { readonly optimizer: GradientTransformation; readonly optimizerKey: string } => ({
  optimizer: optimizers[solver](settings),
  optimizerKey: `${solver} ${JSON.stringify(settings)}`,
});

/** How many times 1/λmax the rate may be before a step on a quadratic with curvature λmax overshoots for good. */
const border = (solver: FirstOrderSolver, { momentum }: SolverSettings): number | undefined => {
  if (solver === "sgd") return 2;
  if (solver === "momentum") return 2 * (1 + momentum);
  if (solver === "nesterov") return (2 * (1 + momentum)) / (1 + 2 * momentum);
  return undefined;
};

/** Curvature is measured on so many rows at most. */
const measuredRows = 4096;

const sampleOf = (data: Batch): Batch => {
  const count = data.X.shape[0]!;
  if (count <= measuredRows) return data;
  // Evenly spread, so that sorted tables are seen from end to end.
  const rows = Int32Array.from({ length: measuredRows }, (_, i) => Math.floor((i * count) / measuredRows));
  return batchOfRows(data, rows);
};

const twoDigits = (rate: number): number => Number(rate.toPrecision(2));

/** The learning rate to start with. */
export const automaticRate = <P extends object>(
  solver: FirstOrderSolver,
  loss: Loss<P>,
  parameters: P,
  data: Batch,
  isWhole: boolean,
  adaptiveRate = 0.01,
): number => {
  if (border(solver, solverDefaults) === undefined) return adaptiveRate;
  const curvature = sharpness(loss, parameters, sampleOf(data));
  if (!(curvature > 0 && curvature < Infinity)) return adaptiveRate;
  // A mini-batch may be several times as curved as the whole.
  return (isWhole ? 1 : 0.25) / curvature;
};

/** The border measured at the parameters, for solvers that have one, and a rate to try instead of `rate`. */
export const safeRates =
  <P extends object>(solver: FirstOrderSolver, settings: SolverSettings, loss: Loss<P>, data: Batch) =>
  (parameters: P, rate: number): Pick<Divergence, "stableRate" | "suggestedRate"> => {
    const factor = border(solver, settings);
    const curvature = factor === undefined ? NaN : sharpness(loss, parameters, sampleOf(data));
    if (factor === undefined || !(curvature > 0 && curvature < Infinity))
      return { stableRate: undefined, suggestedRate: twoDigits(rate / 10) };
    const stableRate = factor / curvature;
    return {
      stableRate,
      // Half the border; below it something else than the rate is at work, and only a much smaller one may help.
      suggestedRate: twoDigits(stableRate < rate ? stableRate / 2 : rate / 10),
    };
  };
