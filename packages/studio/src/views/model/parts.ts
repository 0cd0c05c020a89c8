/** A model folder out of files, packed or not. */
import type { Model } from "downhill-model/parseModel";
import { modelFiles } from "downhill-model/format";
import { TaskError } from "../../engine/task.ts";
import { sha256Of } from "../../engine/sha256.ts";

export interface OpenedModel extends Model {
  /** The contents of `history.csv`; empty if there is none. */
  readonly history: string;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isZip = async (file: File): Promise<boolean> => {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return head[0] === 0x50 && head[1] === 0x4b;
};

const names: readonly string[] = Object.values(modelFiles);

/** Contents by their names, without the folders that they are in. */
const contentsOf = async (files: readonly File[]): Promise<Map<string, Uint8Array>> => {
  const found = new Map<string, Uint8Array>();
  for (const file of files) {
    const isPacked = await isZip(file);
    // What is no part of a model may be huge.
    if (!isPacked && !names.includes(baseName(file.name))) continue;
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!isPacked) {
      found.set(baseName(file.name), bytes);
      continue;
    }
    const { unzipSync } = await import("fflate");
    try {
      for (const [path, content] of Object.entries(unzipSync(bytes))) found.set(baseName(path), content);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TaskError(`${file.name} cannot be unpacked (${reason}). Pack the model's folder anew.`);
    }
  }
  return found;
};

/** @throws TaskError saying which file is absent, damaged, or of another version. */
export const modelOf = async (files: readonly File[]): Promise<OpenedModel> => {
  const contents = await contentsOf(files);
  const [card, weights] = [contents.get(modelFiles.card), contents.get(modelFiles.weights)];
  if (card === undefined || weights === undefined) {
    const given = files.map(({ name }) => name).slice(0, 3);
    const missing = [card ?? modelFiles.card, weights ?? modelFiles.weights].filter(
      (part) => typeof part === "string",
    );
    throw new TaskError(
      `${given.join(", ")} ${given.length === 1 ? "is" : "are"} no model: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing. Choose the folder that downhill train wrote, its files together, or a zip of it.`,
    );
  }
  const { ModelFault, parseModel } = await import("downhill-model/parseModel");
  const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
  try {
    const model = await parseModel({ card: text(card), weights }, sha256Of);
    return { ...model, history: text(contents.get(modelFiles.history)) };
  } catch (error) {
    if (error instanceof ModelFault)
      throw new TaskError(`The model ${error.problem}. To mend it, ${error.remedy}.`);
    throw error;
  }
};
