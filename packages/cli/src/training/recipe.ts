/** How a model is to be trained. */
import type { ModelName } from "downhill-model/card";
import type { Prepared } from "downhill-model/prepared";
import {
  defaultBatch,
  defaultEpochs,
  defaultHidden,
  isFirstOrder,
  isSolved,
  modelNames,
  optimizersOf,
} from "downhill-model/recipe";
import type { Optimizer, Recipe } from "downhill-model/recipe";
import type { TrainArguments } from "../arguments/train.ts";
import { UsageError } from "../errors.ts";
import { formatCount, plural } from "../terminal/numbers.ts";

/** A rate or a batch asks for steps along the slope, which the models' own methods do not take. */
function defaultOptimizer(model: ModelName, { rate, batch }: TrainArguments): Optimizer {
  const [own = "adam"] = optimizersOf[model];
  return (rate === undefined && batch === undefined) || isFirstOrder(own) ? own : "sgd";
}

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
