/** Training a model by a recipe. */
import { DivergenceError, parameterPath } from "downhill/learn";
import type { AnyEstimator, Diagnosis, EpochEvent, ParameterPath, StartingPoint } from "downhill/learn";
import { createEstimator } from "downhill-model/createEstimator";
import { dtypeFor } from "downhill-model/dtype";
import { sampleOf } from "downhill-model/prepared";
import type { Prepared } from "downhill-model/prepared";
import { isFirstOrder } from "downhill-model/recipe";
import type { Recipe } from "downhill-model/recipe";
import { takingTurns } from "downhill-model/turns";
import { heard } from "../interruption.ts";

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
  /** Hears that the first steps are about to be taken: from then on there is something to keep. */
  readonly onStart?: () => void;
  readonly onEpoch: (event: EpochEvent) => void;
  /** Whether the way of the training is to be kept. */
  readonly keepsPath: boolean;
  /** Where the training begins, if not afresh. */
  readonly from?: StartingPoint | undefined;
}

/**
 * Trains; returns with the best parameters so far also when interrupted by the signal or when the loss ran away.
 *
 * @throws Interrupted before the first step.
 */
export async function fit(
  recipe: Recipe,
  prepared: Prepared,
  { signal, onStart, onEpoch, keepsPath, from }: FitOptions,
): Promise<Trained> {
  // Those of the epochs before count too.
  const started = performance.now() - 1000 * (from?.past?.history.seconds.at(-1) ?? 0);
  const estimator = createEstimator(recipe, prepared);
  const dtype = dtypeFor(recipe.model);
  const { X, y } = sampleOf(prepared.train, prepared, dtype);
  const isWatched = isFirstOrder(recipe.optimizer) && prepared.validation !== null;
  const validation = isWatched ? sampleOf(prepared.validation, prepared, dtype) : undefined;
  const path = keepsPath ? parameterPath() : null;
  let divergence: DivergenceError | null = null;
  try {
    const options = { validation, signal, onEpoch, onParameters: path?.add, from };
    const pieces = estimator.fitInSteps(X, y, options);
    // Among it the search for a learning rate, which may take longer than the training.
    let { done } = heard(() => pieces.next());
    onStart?.();
    for (const turn = takingTurns(); done !== true; { done } = pieces.next()) await turn();
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    divergence = error;
  }
  const diagnose = (): Diagnosis => estimator.diagnose(X, y);
  return { recipe, estimator, divergence, path, diagnose, seconds: (performance.now() - started) / 1000 };
}
