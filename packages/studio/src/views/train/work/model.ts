/** The estimator that a recipe asks for. */
import type { Tensor } from "downhill";
import {
  type FitOptions,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
} from "downhill/learn";
import type { ModelName } from "downhill-model/card";
import { simpleModel } from "downhill-model/recipe";
import { refuse } from "../data/failure.ts";
import type { Prepared } from "../data/prepare.ts";
import { mostEpochs, type ModelRecipe, type Settings } from "../recipe.ts";

export type Estimator = LinearRegression | LogisticRegression | MLPClassifier | MLPRegressor;

/** What all of them can do, whatever their parameters are. Classes are their indices. */
export interface Model {
  readonly kind: Estimator["kind"];
  readonly parameters: object;
  fit(X: Tensor, y: readonly number[], options?: FitOptions<readonly number[]>): unknown;
  fitInSteps(
    X: Tensor,
    y: readonly number[],
    options?: FitOptions<readonly number[]>,
  ): Generator<undefined, unknown>;
  withParameters(parameters: object): Model;
  lossFunction(X: Tensor, y: readonly number[]): (parameters: object) => Tensor;
  predict(X: Tensor): Tensor | ArrayLike<string | number | boolean>;
  score(X: Tensor, y: readonly number[]): number;
}

/** The model that `auto` means, and that the target allows. */
export const modelNameOf = ({ model }: ModelRecipe, { task }: Pick<Prepared, "task">): ModelName => {
  if (model === "auto") return simpleModel(task);
  if (model === "logistic" && task.kind === "regression")
    throw refuse(
      `Logistic regression predicts classes, and the target “${task.target}” holds numbers`,
      "Choose linear regression or a network, or a target of classes",
    );
  return model;
};

/** It never comes to rest by itself: the reader says when it is enough. */
const endless = { maxIter: mostEpochs, tol: 0, nIterNoChange: mostEpochs } as const;

export const estimatorOf = (
  name: ModelName,
  { hidden, activation }: ModelRecipe,
  { optimizer, rate, batch }: Settings,
  isClassifier: boolean,
  seed: number,
): Estimator => {
  const options = { solver: optimizer, learningRate: rate, batchSize: batch, randomState: seed, ...endless };
  if (name === "linear") return new LinearRegression(options);
  if (name === "logistic") return new LogisticRegression(options);
  const network = { ...options, hiddenLayerSizes: hidden, activation };
  return isClassifier ? new MLPClassifier(network) : new MLPRegressor(network);
};

/** The same model without its penalty on large weights, for losses of rows alone. */
export const unpenalised = (
  name: ModelName,
  recipe: ModelRecipe,
  isClassifier: boolean,
  seed: number,
): Estimator => {
  if (name === "linear") return new LinearRegression({ solver: "sgd", learningRate: 1 });
  if (name === "logistic") return new LogisticRegression({ C: Infinity, solver: "sgd", learningRate: 1 });
  const network = {
    hiddenLayerSizes: recipe.hidden,
    activation: recipe.activation,
    alpha: 0,
    solver: "sgd",
    learningRate: 1,
    randomState: seed,
  } as const;
  return isClassifier ? new MLPClassifier(network) : new MLPRegressor(network);
};
