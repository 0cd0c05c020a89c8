/** A model out of the contents of its files. */
import { decodeSafetensors, loadModel, ModelFormatError, SafetensorsError } from "downhill/learn";
import type { Card } from "./card.ts";
import { cardFormat, cardVersion, modelFiles } from "./format.ts";
import { featureNames } from "./plan.ts";

/** What makes files no model. */
export class ModelFault extends Error {
  override readonly name = "ModelFault";
  readonly problem: string;
  /** What to do instead. */
  readonly remedy: string;

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}: ${remedy}`, options);
    this.problem = problem;
    this.remedy = remedy;
  }
}

export interface Model {
  readonly card: Card;
  readonly estimator: ReturnType<typeof loadModel>;
}

export const retrain = "train it again: downhill train DATA --target COLUMN";

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0] ?? "";
    throw new ModelFault(`${modelFiles.card} is damaged: ${reason}`, retrain, { cause });
  }
}

/** The name and version, before the rest is held against the form of this version. */
function requireVersion(json: unknown): void {
  const { format, version } = (json ?? {}) as Record<string, unknown>;
  if (format !== cardFormat) {
    throw new ModelFault(
      `${modelFiles.card} is not the card of a downhill model`,
      "name a folder that `downhill train` wrote",
    );
  }
  if (version === cardVersion) return;
  const isNewer = typeof version === "number" && version > cardVersion;
  throw new ModelFault(
    `is a model of format version ${String(version)}; this downhill reads version ${cardVersion}`,
    isNewer ? "use a newer downhill" : retrain,
  );
}

async function parseCard(json: unknown): Promise<Card> {
  const { cardSchema } = await import("./cardSchema.ts");
  const parsed = cardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined ? "" : ` at ${issue.path.join(".") || "its beginning"}: ${issue.message}`;
  throw new ModelFault(`${modelFiles.card} is damaged${place}`, retrain, { cause: parsed.error });
}

function requireConsistency(card: Card, features: readonly string[], estimator: Model["estimator"]): void {
  const { target } = card.preprocessing;
  const wrong =
    features.length !== card.features.length || features.some((name, i) => name !== card.features[i])
      ? "its features are not those of its preprocessing"
      : estimator.nFeatures !== features.length
        ? `its weights are for ${estimator.nFeatures} features, its preprocessing gives ${features.length}`
        : target.task !== card.task || target.column !== card.target
          ? "its target is not that of its preprocessing"
          : "classes" in estimator !== (target.task === "classification")
            ? "its weights are for another task"
            : "classes" in estimator &&
                target.task === "classification" &&
                estimator.classes.length !== target.classes.length
              ? `its weights are for ${estimator.classes.length} classes, its card names ${target.classes.length}`
              : null;
  if (wrong !== null)
    throw new ModelFault(`the card and the weights do not belong together: ${wrong}`, retrain);
}

/** The contents of a model's files. */
export interface ModelParts {
  /** Of `model.json`. */
  readonly card: string;
  /** Of `model.safetensors`. */
  readonly weights: Uint8Array;
}

/**
 * Checks that the parts are whole and belong together.
 *
 * @param sha256Of - the SHA-256 of bytes as hexadecimal digits
 * @throws ModelFault saying which part is damaged, or of another version.
 */
export async function parseModel(
  parts: ModelParts,
  sha256Of: (bytes: Uint8Array) => string | Promise<string>,
): Promise<Model> {
  const json = parseJson(parts.card);
  requireVersion(json);
  const card = await parseCard(json);
  try {
    const { tensors } = decodeSafetensors(parts.weights);
    if ((await sha256Of(parts.weights)) !== card.weights.sha256) {
      throw new ModelFault(
        `${modelFiles.weights} is damaged, or of another model than ${modelFiles.card}`,
        retrain,
      );
    }
    const estimator = loadModel({ config: card.estimator, tensors });
    requireConsistency(card, featureNames(card.preprocessing), estimator);
    return { card, estimator };
  } catch (cause) {
    if (cause instanceof SafetensorsError)
      throw new ModelFault(`${modelFiles.weights} is damaged: ${cause.reason}`, retrain, { cause });
    if (cause instanceof ModelFormatError)
      throw new ModelFault(`the model is damaged: ${cause.reason}`, retrain, { cause });
    throw cause;
  }
}
