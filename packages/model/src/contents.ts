/** What the files of a model folder hold. */
import type { Tensor } from "downhill";
import { encodeSafetensors } from "downhill/learn";
import type { History } from "downhill/learn";
import type { Card } from "./card.ts";
import { cardFormat, cardVersion, modelFiles } from "./format.ts";
import { historyCsv } from "./historyCsv.ts";

/** A model, ready to be written. */
export interface ModelContents {
  readonly card: Omit<Card, "weights">;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly history: History;
}

/**
 * Each file by its name.
 *
 * @param sha256Of - the SHA-256 of bytes as hexadecimal digits
 */
export async function filesOf(
  { card, tensors, history }: ModelContents,
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
  };
}
