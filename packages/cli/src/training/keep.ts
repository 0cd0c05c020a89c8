/** What becomes of a model that was trained. */
import type { AnyEstimator } from "downhill/learn";
import { makeCard, trainingOf } from "downhill-model/makeCard";
import { hasLearnt } from "downhill-model/measure";
import type { Measured } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import { savedWeights } from "downhill-model/savedWeights";
import { version } from "../version.ts";
import type { Table } from "../data/index.ts";
import type { TrainArguments } from "../arguments/train.ts";
import type { Fingerprint } from "../model/fingerprint.ts";
import type { ModelPlace } from "../model/folder.ts";
import { writeModel } from "../model/writeModel.ts";
import type { Chosen } from "./choose.ts";

/**
 * - `written`: the folder holds the model
 * - `learnt nothing`: it was cut short before it was worth anything; nothing was written
 * - `gave way`: it ran away, and the folder holds an older model, which is the better one to have
 */
export type Fate = "written" | "learnt nothing" | "gave way";

export interface Result {
  readonly table: Table;
  /** Of the table as it was when it was read. */
  readonly fingerprint: Fingerprint;
  readonly options: TrainArguments;
  readonly prepared: Prepared;
  readonly chosen: Chosen;
  /** The model whose training can go on. */
  readonly resumable: AnyEstimator | null;
  readonly measured: Measured;
  /** Whether the training was interrupted. */
  readonly interrupted: boolean;
}

/** What is to become of it. */
export function fateOf({ chosen, measured, interrupted }: Result, place: ModelPlace): Fate {
  const { trained } = chosen;
  const ranAway = trained.divergence !== null;
  if ((interrupted || ranAway) && !hasLearnt(trained.estimator, measured)) return "learnt nothing";
  return ranAway && place.holdsModel ? "gave way" : "written";
}

/** What leads to the same training: all but what says where it goes, and from where. */
function askedText(options: TrainArguments): string {
  const { out: _out, resume: _resume, ...asked } = options;
  return JSON.stringify(asked);
}

/** Writes the model folder. */
export async function keep(result: Result, place: ModelPlace): Promise<void> {
  const { table, fingerprint, options, prepared, chosen, resumable, measured } = result;
  const { estimator } = chosen.trained;
  const { config, tensors } = savedWeights(estimator);
  const { trained, choice } = chosen;
  const { recipe, seconds, divergence } = trained;
  const card = makeCard({
    data: { file: table.path, rows: table.rows, ...fingerprint },
    versions: { downhill: version, node: process.version },
    prepared,
    split: { validation: options.validation, seed: recipe.seed },
    model: recipe.model,
    network: recipe.model === "mlp" ? { hidden: recipe.hidden, activation: "relu" } : null,
    choice,
    training: trainingOf(recipe, estimator, seconds, divergence?.learningRate),
    measured,
    config,
  });
  const training = resumable && { estimator: resumable, asked: askedText(options) };
  await writeModel(place, { card, tensors, history: estimator.history, training });
}
