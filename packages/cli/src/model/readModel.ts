import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors, loadModel, ModelFormatError, SafetensorsError } from "downhill/learn";
import { nearestName } from "../data/nearest.ts";
import { ModelError } from "../errors.ts";
import type { Card } from "./card.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { cardFormat, cardVersion, modelFiles } from "./format.ts";

/** A model as it was read. */
export interface Model {
  /** The folder, as the user wrote it. */
  readonly folder: string;
  readonly card: Card;
  readonly estimator: ReturnType<typeof loadModel>;
}

const retrain = "train it again: downhill train DATA --target COLUMN";

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null)
    throw new ModelError(folder, "no such model folder", "a model is the folder that `downhill train` wrote");
  if (found.isDirectory()) return;
  const isPart = nearestName(folder.split(/[/\\]/).at(-1) ?? "", Object.values(modelFiles)) !== null;
  const remedy = isPart ? "name the folder that it is in" : "name the model first, then the data";
  throw new ModelError(folder, "is a file, not a model folder", remedy);
}

async function readPart(folder: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const problem = isAbsent ? `lacks ${name}` : `${name} cannot be read: ${(cause as Error).message}`;
    const remedy = isAbsent
      ? `a model folder holds ${Object.values(modelFiles).join(", ")}; ${retrain}`
      : retrain;
    throw new ModelError(folder, problem, remedy, { cause });
  }
}

function parseJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0] ?? "";
    throw new ModelError(folder, `${modelFiles.card} is damaged: ${reason}`, retrain, { cause });
  }
}

/** The name and version, before the rest is held against the form of this version. */
function requireVersion(folder: string, json: unknown): void {
  const { format, version } = (json ?? {}) as Record<string, unknown>;
  if (format !== cardFormat) {
    throw new ModelError(
      folder,
      `${modelFiles.card} is not the card of a downhill model`,
      "name a folder that `downhill train` wrote",
    );
  }
  if (version === cardVersion) return;
  const isNewer = typeof version === "number" && version > cardVersion;
  const remedy = isNewer ? "use a newer downhill" : retrain;
  throw new ModelError(
    folder,
    `is a model of format version ${String(version)}; this downhill reads version ${cardVersion}`,
    remedy,
  );
}

async function parseCard(folder: string, json: unknown): Promise<Card> {
  const { cardSchema } = await import("./cardSchema.ts");
  const parsed = cardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined ? "" : ` at ${issue.path.join(".") || "its beginning"}: ${issue.message}`;
  throw new ModelError(folder, `${modelFiles.card} is damaged${place}`, retrain, { cause: parsed.error });
}

function requireConsistency(
  folder: string,
  card: Card,
  features: readonly string[],
  estimator: Model["estimator"],
): void {
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
    throw new ModelError(folder, `the card and the weights do not belong together: ${wrong}`, retrain);
}

/**
 * Reads a model folder and checks that its parts are whole and belong together.
 *
 * @throws ModelError saying which part is absent, damaged, or of another version.
 */
export async function readModel(folder: string): Promise<Model> {
  await requireFolder(folder);
  const [text, bytes] = await Promise.all([
    readPart(folder, modelFiles.card),
    readPart(folder, modelFiles.weights),
  ]);
  const json = parseJson(folder, text.toString("utf8"));
  requireVersion(folder, json);
  const card = await parseCard(folder, json);
  try {
    const { tensors } = decodeSafetensors(bytes);
    if (fingerprintOf(bytes).sha256 !== card.weights.sha256) {
      throw new ModelError(
        folder,
        `${modelFiles.weights} is damaged, or of another model than ${modelFiles.card}`,
        retrain,
      );
    }
    const estimator = loadModel({ config: card.estimator, tensors });
    const { featureNames } = await import("../data/plan.ts");
    requireConsistency(folder, card, featureNames(card.preprocessing), estimator);
    return { folder, card, estimator };
  } catch (cause) {
    if (cause instanceof SafetensorsError)
      throw new ModelError(folder, `${modelFiles.weights} is damaged: ${cause.reason}`, retrain, { cause });
    if (cause instanceof ModelFormatError)
      throw new ModelError(folder, `the model is damaged: ${cause.reason}`, retrain, { cause });
    throw cause;
  }
}
