/** The card of a model that was trained. */
import type { Plan, Table } from "../data/index.ts";
import { featureNames } from "../data/index.ts";
import type { Card } from "../model/card.ts";
import type { Fingerprint } from "../model/fingerprint.ts";
import { cardFormat, cardVersion } from "../model/format.ts";
import { version } from "../version.ts";
import type { TrainArguments } from "../arguments/train.ts";
import type { Chosen } from "./choose.ts";
import type { Measured } from "./measure.ts";
import type { Prepared } from "./prepare.ts";

/** Everything that a card tells about. */
export interface CardParts {
  readonly table: Table;
  readonly fingerprint: Fingerprint;
  readonly options: TrainArguments;
  readonly prepared: Prepared;
  readonly chosen: Chosen;
  readonly measured: Measured;
  /** The estimator, as the library saves it. */
  readonly estimator: Card["estimator"];
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function architectureOf({ trained }: Chosen, plan: Plan, outputs: number): Card["architecture"] {
  const { model, hidden } = trained.recipe;
  if (model !== "mlp") return null;
  return { layers: [featureNames(plan).length, ...hidden, outputs], activation: "relu" };
}

export function makeCard(parts: CardParts): Omit<Card, "weights"> {
  const { table, fingerprint, options, prepared, chosen, measured } = parts;
  const { task, split, plan, targetScale } = prepared;
  const { recipe, estimator, seconds, divergence } = chosen.trained;
  const classes = task.kind === "classification" ? task.classes.length : 1;
  return {
    format: cardFormat,
    version: cardVersion,
    created: new Date().toISOString(),
    versions: { downhill: version, node: process.version },
    task: task.kind,
    target: task.target,
    data: { file: table.path, rows: table.rows, ...fingerprint },
    split: {
      validation: options.validation,
      seed: options.seed,
      trainingRows: split.train.length,
      validationRows: split.validation.length,
      stratified: split.stratified,
    },
    preprocessing: plan,
    features: featureNames(plan),
    targetScale,
    model: recipe.model,
    architecture: architectureOf(chosen, plan, classes === 2 ? 1 : classes),
    choice: chosen.choice,
    training: {
      optimizer: recipe.optimizer,
      learningRate: finite(divergence?.learningRate ?? estimator.history.learningRate[0]),
      batchSize: recipe.batch,
      maxEpochs: recipe.epochs,
      epochs: estimator.nIter,
      bestEpoch: estimator.bestEpoch,
      stopReason: estimator.stopReason,
      seconds,
      objective: estimator.objective,
      objectiveValue: finite(estimator.objectiveValue),
    },
    metrics: measured.metrics,
    baseline: measured.baseline,
    importances: [...measured.importances],
    estimator: parts.estimator,
  };
}
