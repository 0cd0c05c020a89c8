/** `report.html` in a model folder. */
import { rmSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reportFile } from "downhill-model/format";
import { undoneWhenInterrupted } from "../interruption.ts";
import type { ModelPlace } from "../model/folder.ts";
import type { Result } from "../training/keep.ts";
import { renderReport } from "./render.ts";

/** Writes the report of a training into the folder of its model. @returns its path, as the user would write it */
export async function writeReport(result: Result, { shown, path }: ModelPlace): Promise<string> {
  const page = await renderReport(result, { args: process.argv.slice(2), ...result.fingerprint });
  // Beside the folder: what is left of a report cut short must not be found in it.
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.report`);
  const isDone = undoneWhenInterrupted(() => rmSync(unfinished, { force: true }));
  try {
    await writeFile(unfinished, page);
    await rename(unfinished, join(path, reportFile));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    isDone();
  }
  return join(shown, reportFile);
}
