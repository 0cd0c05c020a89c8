/** The card of a model that was trained. */
import type { AnyEstimator } from "downhill/learn";
import type { Card } from "./card.ts";
import { cardFormat, cardVersion } from "./format.ts";
import type { Measured } from "./measure.ts";
import { featureNames } from "./plan.ts";
import type { Plan } from "./plan.ts";
import type { Prepared } from "./prepared.ts";
import type { Recipe } from "./recipe.ts";

/** Everything that a card tells about. */
export interface CardParts {
  readonly data: Card["data"];
  readonly versions: Card["versions"];
  readonly prepared: Prepared;
  /** Share of the rows that was held out. */
  readonly validation: number;
  readonly recipe: Recipe;
  /** Why this model, for people. */
  readonly choice: string;
  readonly estimator: AnyEstimator;
  /** The rate at which a training that ran away was left; undefined for others. */
  readonly lastRate: number | undefined;
  readonly seconds: number;
  readonly measured: Measured;
  /** The estimator, as `savedWeights` has it. */
  readonly config: Card["estimator"];
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function architectureOf({ model, hidden }: Recipe, plan: Plan, outputs: number): Card["architecture"] {
  if (model !== "mlp") return null;
  return { layers: [featureNames(plan).length, ...hidden, outputs], activation: "relu" };
}

/** All but what says which weights it belongs to: they are written with it. */
export function makeCard(parts: CardParts): Omit<Card, "weights"> {
  const { prepared, recipe, estimator, measured } = parts;
  const { task, split, plan, targetScale } = prepared;
  const classes = task.kind === "classification" ? task.classes.length : 1;
  return {
    format: cardFormat,
    version: cardVersion,
    created: new Date().toISOString(),
    versions: parts.versions,
    task: task.kind,
    target: task.target,
    data: parts.data,
    split: {
      validation: parts.validation,
      seed: recipe.seed,
      trainingRows: split.train.length,
      validationRows: split.validation.length,
      stratified: split.stratified,
    },
    preprocessing: plan,
    features: featureNames(plan),
    targetScale,
    model: recipe.model,
    architecture: architectureOf(recipe, plan, classes === 2 ? 1 : classes),
    choice: parts.choice,
    training: {
      optimizer: recipe.optimizer,
      learningRate: finite(parts.lastRate ?? estimator.history.learningRate[0]),
      batchSize: recipe.batch,
      maxEpochs: recipe.epochs,
      epochs: estimator.nIter,
      bestEpoch: estimator.bestEpoch,
      stopReason: estimator.stopReason,
      seconds: parts.seconds,
      objective: estimator.objective,
      objectiveValue: finite(estimator.objectiveValue),
    },
    metrics: measured.metrics,
    baseline: measured.baseline,
    importances: [...measured.importances],
    estimator: parts.config,
  };
}
