import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { modelFiles } from "downhill-model/format";
import { ModelFault, parseModel, retrain } from "downhill-model/parseModel";
import type { Model as ParsedModel } from "downhill-model/parseModel";
import { nearestName } from "../data/nearest.ts";
import { ModelError } from "../errors.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** A model as it was read. */
export interface Model extends ParsedModel {
  /** The folder, as the user wrote it. */
  readonly folder: string;
}

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

/**
 * Reads a model folder and checks that its parts are whole and belong together.
 *
 * @throws ModelError saying which part is absent, damaged, or of another version.
 */
export async function readModel(folder: string): Promise<Model> {
  await requireFolder(folder);
  const [text, weights] = await Promise.all([
    readPart(folder, modelFiles.card),
    readPart(folder, modelFiles.weights),
  ]);
  try {
    const parts = { card: text.toString("utf8"), weights };
    return { folder, ...(await parseModel(parts, (bytes) => fingerprintOf(bytes).sha256)) };
  } catch (cause) {
    if (!(cause instanceof ModelFault)) throw cause;
    throw new ModelError(folder, cause.problem, cause.remedy, { cause });
  }
}
