/** What the files of a model folder hold. */
import type { Tensor } from "downhill";
import { encodeSafetensors, saveModel } from "downhill/learn";
import type { AnyEstimator, History } from "downhill/learn";
import type { Card } from "./card.ts";
import {
  cardFormat,
  cardVersion,
  modelFiles,
  trainingFile,
  trainingFormat,
  trainingVersion,
} from "./format.ts";
import { historyCsv } from "./historyCsv.ts";

/** A model, ready to be written. */
export interface ModelContents {
  readonly card: Omit<Card, "weights">;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly history: History;
  /** A model with the memory of its training, and what was asked for, as JSON; null if it cannot go on. */
  readonly training?: { readonly estimator: AnyEstimator; readonly asked: string } | null;
}

/**
 * Each file by its name.
 *
 * @param sha256Of - the SHA-256 of bytes as hexadecimal digits
 */
export async function filesOf(
  { card, tensors, history, training = null }: ModelContents,
  sha256Of: (bytes: Uint8Array) => string | Promise<string>,
): Promise<Record<string, string | Uint8Array>> {
  const weights = encodeSafetensors(tensors, {
    metadata: { format: cardFormat, version: String(cardVersion) },
  });
  const whole: Card = { ...card, weights: { bytes: weights.length, sha256: await sha256Of(weights) } };
  return {
    [modelFiles.card]: `${JSON.stringify(whole, null, 2)}\n`,
    [modelFiles.weights]: weights,
    [modelFiles.history]: historyCsv(history),
    ...(training && { [trainingFile]: encodeTraining(training, whole.weights.sha256) }),
  };
}

/** @param weights - the SHA-256 of those of the model that it belongs to */
function encodeTraining(
  { estimator, asked }: NonNullable<ModelContents["training"]>,
  weights: string,
): Uint8Array {
  const { config, tensors } = saveModel(estimator, { memory: true });
  const version = String(trainingVersion);
  return encodeSafetensors(tensors, {
    metadata: { format: trainingFormat, version, weights, asked, estimator: JSON.stringify(config) },
  });
}
