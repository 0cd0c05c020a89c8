/** `report.html` in a model folder. */
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reportFile } from "downhill-model/format";
import { fingerprintOfFile } from "../model/fingerprint.ts";
import type { ModelPlace } from "../model/folder.ts";
import type { Result } from "../training/keep.ts";
import { renderReport } from "./render.ts";

/** Writes the report of a training into the folder of its model. @returns its path, as the user would write it */
export async function writeReport(result: Result, { shown, path }: ModelPlace): Promise<string> {
  const fingerprint = await fingerprintOfFile(result.table.path);
  const page = await renderReport(result, { args: process.argv.slice(2), ...fingerprint });
  // Beside the folder: what is left of a report cut short must not be found in it.
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.report`);
  try {
    await writeFile(unfinished, page);
    await rename(unfinished, join(path, reportFile));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return join(shown, reportFile);
}
