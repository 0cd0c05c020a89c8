import { LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor } from "downhill/learn";
import type { AnyEstimator } from "downhill/learn";
import type { Prepared } from "./prepared.ts";
import type { Recipe } from "./recipe.ts";
import { isFirstOrder } from "./recipe.ts";

/** Momentum overshoots at first, and takes tens of epochs to swing back. */
const patience = 50;

/** The estimator that a recipe asks for, not trained yet. */
export function createEstimator(
  recipe: Recipe,
  prepared: Pick<Prepared, "task" | "validation">,
): AnyEstimator {
  const { model, optimizer, rate, epochs, batch, hidden, seed } = recipe;
  const shared = {
    learningRate: rate ?? "auto",
    batchSize: batch,
    maxIter: epochs,
    randomState: seed,
  } as const;
  const linear = { ...shared, nIterNoChange: patience };
  if (model === "linear" && optimizer !== "lbfgs") {
    return new LinearRegression({ ...linear, solver: optimizer });
  }
  if (model === "logistic") return new LogisticRegression({ ...linear, solver: optimizer });
  if (model === "mlp" && optimizer !== "newton") {
    const options = {
      ...shared,
      solver: optimizer,
      hiddenLayerSizes: hidden,
      earlyStopping: isFirstOrder(optimizer) && prepared.validation !== null,
      earlyStoppingBy: "loss" as const,
    };
    return prepared.task.kind === "regression" ? new MLPRegressor(options) : new MLPClassifier(options);
  }
  throw new Error(`internal: ${model} by ${optimizer}`);
}
