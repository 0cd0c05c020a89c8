/** How a model is to be trained. */
import type { FirstOrderSolver } from "downhill/learn";
import type { ModelName } from "./card.ts";
import type { Task } from "./task.ts";

/** Those that go step by step along slopes, also from rows by rows. */
export const firstOrderOptimizers = [
  "sgd",
  "momentum",
  "nesterov",
  "adagrad",
  "rmsprop",
  "adam",
  "adamw",
] as const satisfies readonly FirstOrderSolver[];

export const optimizers = ["newton", "lbfgs", ...firstOrderOptimizers] as const;

export type Optimizer = (typeof optimizers)[number];

export interface Recipe {
  readonly model: ModelName;
  readonly optimizer: Optimizer;
  /** Null for methods that have none. */
  readonly rate: "auto" | number | null;
  /** Passes over the data, or iterations, at most. */
  readonly epochs: number;
  /** Rows for each step; null for all. */
  readonly batch: number | null;
  /** Sizes of a network's hidden layers. */
  readonly hidden: readonly number[];
  readonly seed: number;
}

export const modelNames: Readonly<Record<ModelName, string>> = {
  linear: "linear regression",
  logistic: "logistic regression",
  mlp: "neural network",
};

/** What each model can be trained by, its own way first. */
export const optimizersOf: Readonly<Record<ModelName, readonly Optimizer[]>> = {
  linear: ["newton", ...firstOrderOptimizers],
  logistic: ["lbfgs", "newton", ...firstOrderOptimizers],
  mlp: ["adam", "lbfgs", ...firstOrderOptimizers.filter((name) => name !== "adam")],
};

export function isFirstOrder(optimizer: Optimizer): boolean {
  return firstOrderOptimizers.some((name) => name === optimizer);
}

/** Whether the model is found in one step, by solving for where the slope is zero. */
export function isSolved({ model, optimizer }: Pick<Recipe, "model" | "optimizer">): boolean {
  return model === "linear" && optimizer === "newton";
}

/** The simple model of a task: what `--model auto` prefers. */
export function simpleModel(task: Task): ModelName {
  return task.kind === "regression" ? "linear" : "logistic";
}

/** Enough steps in an epoch to get somewhere, and few enough rows in each to learn from its noise. */
export function defaultBatch(rows: number): number {
  const steps = 50;
  return Math.min(1024, Math.max(16, 2 ** Math.round(Math.log2(rows / steps))));
}

/** A large table needs fewer passes, since each of them takes more steps; all in all as many rows as this. */
const rowsInAll = 2e7;

export function defaultEpochs(model: ModelName, rows: number): number {
  return model === "mlp" ? Math.max(10, Math.min(500, Math.round(rowsInAll / rows))) : 1000;
}

export const defaultHidden: readonly number[] = [32];
