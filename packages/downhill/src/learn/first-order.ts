/** First-order solvers by name, with their options, for models trained step by step. */
import * as optim from "../optim/index.ts";
import type { GradientTransformation } from "../optim/index.ts";
import {
  requireCount,
  requireFraction,
  requireNonNegative,
  requireNumber,
  requireOneOf,
  requirePositive,
} from "./options.ts";

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
   * The step length, in terms of the loss per row. `"auto"` measures it before the first step: for sgd, momentum and
   * nesterov 1/λmax of the loss (a quarter of it with mini-batches), λmax being its sharpest curvature; for the others a
   * tenth of the rate that lowers the loss most in a test of growing rates (half of it with mini-batches).
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
  /** Hold out rows, end when the model no longer gets better on them, and keep the parameters that were best. */
  readonly earlyStopping: boolean;
  /**
   * `"score"`: the epoch with the best R² or accuracy on the rows held out, among equal ones that with the lowest loss, is
   * best, and the training goes on while either gets better; `"loss"`: the loss alone.
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
