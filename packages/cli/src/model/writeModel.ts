import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "downhill-model/contents";
import type { ModelContents } from "downhill-model/contents";
import { ModelError } from "../errors.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { beside, requireModelPlace } from "./folder.ts";
import type { ModelPlace } from "./folder.ts";

/** Writes a file through to the disk. */
async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeFiles(folder: string, contents: ModelContents): Promise<void> {
  const files = await filesOf(contents, (bytes) => fingerprintOf(bytes).sha256);
  await mkdir(folder);
  await Promise.all(
    Object.entries(files).map(([name, content]) => writeDurably(join(folder, name), content)),
  );
}

/**
 * Writes a model folder whole or not at all: into a folder beside it, which then takes its name. An older model there
 * is replaced in the same moment.
 *
 * @throws ModelError when it cannot be written, or when something that is no model has appeared there.
 */
export async function writeModel(place: ModelPlace, contents: ModelContents): Promise<void> {
  const { holdsModel } = await requireModelPlace(place.shown);
  const { path } = place;
  const unfinished = beside(path, "unfinished");
  const replaced = beside(path, "replaced");
  try {
    await writeFiles(unfinished, contents);
    if (!holdsModel) await rename(unfinished, path);
    else {
      // No system replaces a folder that is not empty in one step; if the second step fails, the first is undone.
      await rename(path, replaced);
      try {
        await rename(unfinished, path);
      } catch (error) {
        await rename(replaced, path);
        throw error;
      }
      await rm(replaced, { recursive: true, force: true });
    }
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    throw new ModelError(
      place.shown,
      `the model cannot be written: ${(cause as Error).message}`,
      "check that the disk has room and the folder may be written to, or choose another --out",
      { cause },
    );
  }
}
