/** Pictures that the user asked for, as files. */
import { writeFile } from "node:fs/promises";
import { UsageError } from "../errors.ts";

/** @throws UsageError if the file cannot be written. */
export async function writePicture(path: string, picture: string): Promise<void> {
  try {
    await writeFile(path, picture);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `--svg: ${path} cannot be written: ${problem}`,
      "name a file in a folder that exists",
    );
  }
}
