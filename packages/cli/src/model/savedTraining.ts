/** What it takes to go on with a training, beside the model that it has led to. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors, loadModel, ModelFormatError, SafetensorsError } from "downhill/learn";
import type { AnyEstimator } from "downhill/learn";
import type { Card } from "downhill-model/card";
import { trainingFile, trainingFormat, trainingVersion } from "downhill-model/format";
import { isFirstOrder, modelNames } from "downhill-model/recipe";
import type { Optimizer } from "downhill-model/recipe";
import type { TrainArguments } from "../arguments/train.ts";
import { ModelError } from "../errors.ts";
import { readModel } from "./readModel.ts";

/** A training as it was left. */
export interface SavedTraining {
  /** The folder, as the user wrote it. */
  readonly folder: string;
  /** Of the model that was kept: of the same training, or of the simpler one that it was compared with. */
  readonly card: Card;
  /** What the user had asked for. */
  readonly asked: TrainArguments;
  /** With its memory. */
  readonly estimator: AnyEstimator;
}

const anew = "train it anew: downhill train DATA --target COLUMN";

async function readBytes(folder: string, { training, model }: Card): Promise<Buffer> {
  try {
    return await readFile(join(folder, trainingFile));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT")
      throw new ModelError(folder, `${trainingFile} cannot be read: ${(cause as Error).message}`, anew, {
        cause,
      });
    const why =
      training.stopReason === "diverged"
        ? "its training ran away"
        : isFirstOrder(training.optimizer as Optimizer)
          ? "an older downhill wrote it, or the file was taken away"
          : `a ${modelNames[model]} by ${training.optimizer} does not go by steps along the slope, from which one could go on`;
    throw new ModelError(folder, `lacks ${trainingFile}, the memory of a training: ${why}`, anew, { cause });
  }
}

/**
 * Reads the training that led to a model.
 *
 * @throws ModelError if the folder holds no model, or nothing from which its training could go on.
 */
export async function readTraining(folder: string): Promise<SavedTraining> {
  const { card } = await readModel(folder);
  const bytes = await readBytes(folder, card);
  try {
    const { tensors, metadata = {} } = decodeSafetensors(bytes);
    const { format, version, weights, asked = "", estimator = "" } = metadata;
    if (format !== trainingFormat || version !== String(trainingVersion))
      throw new ModelError(folder, `${trainingFile} is of another version of downhill`, anew);
    if (weights !== card.weights.sha256)
      throw new ModelError(folder, `${trainingFile} is of another model than the rest`, anew);
    return {
      folder,
      card,
      asked: JSON.parse(asked) as TrainArguments,
      estimator: loadModel({ config: JSON.parse(estimator) as unknown, tensors }),
    };
  } catch (cause) {
    const isDamaged =
      cause instanceof SafetensorsError || cause instanceof ModelFormatError || cause instanceof SyntaxError;
    if (!isDamaged) throw cause;
    throw new ModelError(folder, `${trainingFile} is damaged: ${cause.message}`, anew, { cause });
  }
}
