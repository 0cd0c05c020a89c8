/** Training a model by a recipe. */
import { tensor } from "downhill";
import {
  DivergenceError,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  parameterPath,
} from "downhill/learn";
import type { Tensor } from "downhill";
import type { AnyEstimator, Diagnosis, EpochEvent, ParameterPath } from "downhill/learn";
import { dtypeFor } from "./dtype.ts";
import type { Prepared, Rows } from "./prepare.ts";
import type { Recipe } from "./recipe.ts";
import { isFirstOrder } from "./recipe.ts";

/** A model that was trained, to the end or until it was stopped. */
export interface Trained {
  readonly recipe: Recipe;
  readonly estimator: AnyEstimator;
  readonly seconds: number;
  /** Present if the training ran away; the estimator then has the best parameters that it met. */
  readonly divergence: DivergenceError | null;
  /** Where it was on its way; null if no one wanted to know. */
  readonly path: ParameterPath | null;
  /** What the numbers say about the training, whether it ran away or only does not look right. */
  readonly diagnose: () => Diagnosis;
}

export interface FitOptions {
  readonly signal: AbortSignal;
  readonly onEpoch: (event: EpochEvent) => void;
  /** Whether the way of the training is to be kept. */
  readonly keepsPath: boolean;
}

/** Features and targets as estimators take them. */
export interface Sample {
  readonly X: Tensor;
  readonly y: Tensor;
}

export function sampleOf(
  { x, y, rows, columns }: Rows,
  { targetScale }: Prepared,
  dtype: "float32" | "float64",
): Sample {
  const X = tensor(x, { shape: [rows, columns.length], dtype });
  if (targetScale === null || y instanceof Int32Array) return { X, y: tensor(y) };
  const { mean, deviation } = targetScale;
  return {
    X,
    y: tensor(
      y.map((value) => (value - mean) / deviation),
      { dtype },
    ),
  };
}

/** Momentum overshoots at first, and takes tens of epochs to swing back. */
const patience = 50;

function createEstimator(recipe: Recipe, prepared: Prepared): AnyEstimator {
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

/** Trains; returns with the best parameters so far also when interrupted by the signal or when the loss ran away. */
export async function fit(
  recipe: Recipe,
  prepared: Prepared,
  { signal, onEpoch, keepsPath }: FitOptions,
): Promise<Trained> {
  const started = performance.now();
  const estimator = createEstimator(recipe, prepared);
  const dtype = dtypeFor(recipe.model);
  const { X, y } = sampleOf(prepared.train, prepared, dtype);
  const isWatched = isFirstOrder(recipe.optimizer) && prepared.validation !== null;
  const validation = isWatched ? sampleOf(prepared.validation, prepared, dtype) : undefined;
  const path = keepsPath ? parameterPath() : null;
  let divergence: DivergenceError | null = null;
  try {
    await estimator.fitAsync(X, y, { validation, signal, onEpoch, onParameters: path?.add });
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    divergence = error;
  }
  const diagnose = (): Diagnosis => estimator.diagnose(X, y);
  return { recipe, estimator, divergence, path, diagnose, seconds: (performance.now() - started) / 1000 };
}
