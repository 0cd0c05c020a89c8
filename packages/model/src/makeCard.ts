/** The card of a model that was trained. */
import type { AnyEstimator } from "downhill/learn";
import type { Card } from "./card.ts";
import { cardFormat, cardVersion } from "./format.ts";
import type { Measured } from "./measure.ts";
import { featureNames } from "./plan.ts";
import type { Prepared } from "./prepared.ts";
import type { Recipe } from "./recipe.ts";

/** Everything that a card tells about. */
export interface CardParts {
  readonly data: Card["data"];
  readonly versions: Card["versions"];
  readonly prepared: Prepared;
  /** Of the split: the share of the rows held out, and the seed. */
  readonly split: Pick<Card["split"], "validation" | "seed">;
  readonly model: Card["model"];
  /** Of a network; null for other models. */
  readonly network: { readonly hidden: readonly number[]; readonly activation: string } | null;
  /** Why this model, for people. */
  readonly choice: string;
  readonly training: Card["training"];
  readonly measured: Measured;
  /** The estimator, as `savedWeights` has it. */
  readonly config: Card["estimator"];
}

/** JSON has no NaN and no infinity. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/**
 * How a training went.
 *
 * @param lastRate - the rate at which a training that ran away was left; undefined for others
 */
export function trainingOf(
  { optimizer, batch, epochs }: Recipe,
  estimator: AnyEstimator,
  seconds: number,
  lastRate: number | undefined,
): Card["training"] {
  return {
    optimizer,
    learningRate: finite(lastRate ?? estimator.history.learningRate[0]),
    batchSize: batch,
    maxEpochs: epochs,
    epochs: estimator.nIter,
    bestEpoch: estimator.bestEpoch,
    stopReason: estimator.stopReason,
    seconds,
    objective: estimator.objective,
    objectiveValue: finite(estimator.objectiveValue),
  };
}

/** All but what says which weights it belongs to: that is written with them. */
export function makeCard(parts: CardParts): Omit<Card, "weights"> {
  const { prepared, network, measured } = parts;
  const { task, split, plan, targetScale } = prepared;
  const features = featureNames(plan);
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
      ...parts.split,
      trainingRows: split.train.length,
      validationRows: split.validation.length,
      stratified: split.stratified,
    },
    preprocessing: plan,
    features,
    targetScale,
    model: parts.model,
    architecture: network && {
      layers: [features.length, ...network.hidden, classes === 2 ? 1 : classes],
      activation: network.activation,
    },
    choice: parts.choice,
    training: parts.training,
    metrics: measured.metrics,
    ...(measured.sample && { sample: measured.sample }),
    baseline: measured.baseline,
    importances: [...measured.importances],
    estimator: parts.config,
  };
}
