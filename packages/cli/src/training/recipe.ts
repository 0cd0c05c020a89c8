/** How a model is to be trained. */
import type { Optimizer, TrainArguments } from "../arguments/train.ts";
import { UsageError } from "../errors.ts";
import type { ModelName } from "../model/card.ts";
import { formatCount, plural } from "../terminal/numbers.ts";
import type { Prepared } from "./prepare.ts";

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

const firstOrder: readonly Optimizer[] = [
  "sgd",
  "momentum",
  "nesterov",
  "adagrad",
  "rmsprop",
  "adam",
  "adamw",
];

/** What each model can be trained by, its own way first. */
export const optimizersOf: Readonly<Record<ModelName, readonly Optimizer[]>> = {
  linear: ["newton", ...firstOrder],
  logistic: ["lbfgs", "newton", ...firstOrder],
  mlp: ["adam", "lbfgs", ...firstOrder.filter((name) => name !== "adam")],
};

export function isFirstOrder(optimizer: Optimizer): boolean {
  return firstOrder.includes(optimizer);
}

/** Whether the model is found in one step, by solving for where the slope is zero. */
export function isSolved({ model, optimizer }: Pick<Recipe, "model" | "optimizer">): boolean {
  return model === "linear" && optimizer === "newton";
}

/** The simple model of a task: what `--model auto` prefers. */
export function simpleModel(task: Prepared["task"]): ModelName {
  return task.kind === "regression" ? "linear" : "logistic";
}

/** A rate or a batch asks for steps along the slope, which the models' own methods do not take. */
function defaultOptimizer(model: ModelName, { rate, batch }: TrainArguments): Optimizer {
  const [own = "adam"] = optimizersOf[model];
  return (rate === undefined && batch === undefined) || isFirstOrder(own) ? own : "sgd";
}

/** Enough steps in an epoch to get somewhere, and few enough rows in each to learn from its noise. */
function defaultBatch(rows: number): number {
  const steps = 50;
  return Math.min(1024, Math.max(16, 2 ** Math.round(Math.log2(rows / steps))));
}

/** A large table needs fewer passes, since each of them takes more steps; all in all as many rows as this. */
const rowsInAll = 2e7;

function defaultEpochs(model: ModelName, rows: number): number {
  return model === "mlp" ? Math.max(10, Math.min(500, Math.round(rowsInAll / rows))) : 1000;
}

const defaultHidden: readonly number[] = [32];

/** @throws UsageError when what the user asked for does not go together. */
export function recipeFor(model: ModelName, { train }: Prepared, options: TrainArguments): Recipe {
  const optimizer = options.optimizer ?? defaultOptimizer(model, options);
  if (!optimizersOf[model].includes(optimizer)) {
    throw new UsageError(
      `a ${modelNames[model]} cannot be trained by ${optimizer}`,
      `write --optimizer ${optimizersOf[model].slice(0, -1).join(", ")} or ${optimizersOf[model].at(-1)}`,
    );
  }
  if (model !== "mlp" && options.hidden !== undefined) {
    throw new UsageError(
      `a ${modelNames[model]} has no hidden layers`,
      "leave --hidden out, or write --model mlp",
    );
  }
  const takesSteps = isFirstOrder(optimizer);
  for (const name of ["rate", "batch"] as const) {
    if (takesSteps || options[name] === undefined) continue;
    const what = name === "rate" ? "has no learning rate" : "takes all rows at once";
    throw new UsageError(
      `${optimizer} ${what}`,
      `leave --${name} out, or choose another way, such as --optimizer sgd`,
    );
  }
  const batch = options.batch ?? (model === "mlp" && takesSteps ? defaultBatch(train.rows) : null);
  return {
    model,
    optimizer,
    rate: takesSteps ? (options.rate ?? "auto") : null,
    epochs: options.epochs ?? defaultEpochs(model, train.rows),
    batch: batch === null || batch >= train.rows ? null : batch,
    hidden: model === "mlp" ? (options.hidden ?? defaultHidden) : [],
    seed: options.seed,
  };
}

const optimizerNames: Readonly<Record<Optimizer, string>> = {
  newton: "Newton's method",
  lbfgs: "L-BFGS",
  sgd: "gradient descent",
  momentum: "gradient descent with momentum",
  nesterov: "gradient descent with Nesterov momentum",
  adagrad: "AdaGrad",
  rmsprop: "RMSProp",
  adam: "Adam",
  adamw: "AdamW",
};

function describeNetwork(hidden: readonly number[]): string {
  const layers = hidden.length === 1 ? "a hidden layer" : `${hidden.length} hidden layers`;
  return `${modelNames.mlp} with ${layers} of ${hidden.join(", ")} units`;
}

/** `neural network with a hidden layer of 32 units; Adam, automatic rate, 16 rows in each step, at most 500 epochs`. */
export function describeRecipe(recipe: Recipe): string {
  const { model, optimizer, rate, epochs, batch, hidden } = recipe;
  const name = model === "mlp" ? describeNetwork(hidden) : modelNames[model];
  if (isSolved(recipe)) return `${name}; solved in one step, where the slope is zero`;
  const unit = isFirstOrder(optimizer) ? "epochs" : "iterations";
  const parts = [
    optimizerNames[optimizer],
    ...(rate === null ? [] : [rate === "auto" ? "automatic rate" : `rate ${rate}`]),
    batch === null ? "all rows in each step" : `${formatCount(batch)} rows in each step`,
    `at most ${plural(epochs, unit.slice(0, -1))}`,
  ];
  return `${name}; ${parts.join(", ")}`;
}
