import { lstat, mkdir, readFile, readdir, realpath, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { cardFormat, modelFiles, reportFile, trainingFile } from "downhill-model/format";
import { ModelError } from "../errors.ts";

/** Whether a file or folder is there. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function holdsCard(folder: string): Promise<boolean> {
  try {
    const card: unknown = JSON.parse(await readFile(join(folder, modelFiles.card), "utf8"));
    return typeof card === "object" && card !== null && "format" in card && card.format === cardFormat;
  } catch {
    return false;
  }
}

const known: readonly string[] = [...Object.values(modelFiles), trainingFile, reportFile];

/** The name beside `path` under which something is there for a while. */
export function beside(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${what}`);
}

/** By a trial: what permissions say is not all (read-only disks, files of the system). */
async function requireWritable(shown: string, path: string): Promise<void> {
  const trial = beside(path, "trial");
  try {
    await mkdir(trial);
    await rmdir(trial);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isForbidden = code === "EACCES" || code === "EPERM" || code === "EROFS";
    const parent = dirname(shown);
    throw new ModelError(
      shown,
      `no model can be written into the folder ${parent}: ${isForbidden ? "no permission" : message}`,
      "choose another --out",
      { cause },
    );
  }
}

/** Where a model folder may be written. */
export interface ModelPlace {
  /** As the user wrote it. */
  readonly shown: string;
  /** Absolute, links followed. */
  readonly path: string;
  /** Whether a model is there already, which will be replaced. */
  readonly holdsModel: boolean;
}

/**
 * Makes sure that a model may be written there: nothing is there, or an empty folder, or a model, and the folder around
 * it takes new ones. Call it before a long training, too.
 *
 * @throws ModelError for a file, for a folder that holds anything besides a model, and where nothing can be written.
 */
export async function requireModelPlace(shown: string): Promise<ModelPlace> {
  const place = await findModelPlace(shown);
  await requireWritable(shown, place.path);
  return place;
}

async function findModelPlace(shown: string): Promise<ModelPlace> {
  const absolute = resolve(shown);
  const parent = dirname(absolute);
  if (!(await exists(absolute))) {
    const isFolder = await stat(parent).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder)
      throw new ModelError(
        shown,
        `there is no folder ${dirname(shown)}`,
        "make it first, or choose another --out",
      );
    return { shown, path: join(await realpath(parent), basename(absolute)), holdsModel: false };
  }
  const path = await realpath(absolute);
  if (!(await stat(path)).isDirectory()) {
    throw new ModelError(shown, "is a file, where the model's folder should go", "choose another --out");
  }
  const names = await readdir(path);
  if (names.length === 0) return { shown, path, holdsModel: false };
  const strangers = names.filter((name) => !known.includes(name));
  if (strangers.length > 0 || !(await holdsCard(path))) {
    const what =
      strangers.length > 0
        ? `holds ${strangers.slice(0, 3).join(", ")}${strangers.length > 3 ? ", …" : ""}, which ${strangers.length === 1 ? "is" : "are"} no part of a model`
        : "holds something, but no model";
    throw new ModelError(
      shown,
      `the folder ${what}; it is left as it is`,
      "choose another --out, or empty the folder",
    );
  }
  return { shown, path, holdsModel: true };
}
