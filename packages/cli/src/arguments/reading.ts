/** Options that say how a table is read: the same for every command that reads one. */
import type { Command } from "commander";
import type { OpenOptions } from "../data/index.ts";
import { collect } from "./values.ts";

export interface ReadingArguments {
  readonly missing: readonly string[];
  readonly standardMissing: boolean;
}

export function addReadingOptions(command: Command): Command {
  return command
    .option(
      "--missing <text>",
      "a cell that means a missing value, such as -999 (repeat for more)",
      collect,
      [],
    )
    .option("--no-standard-missing", "take NA, N/A, null and ? at their word; only empty cells are missing");
}

export function openOptions({ missing, standardMissing }: ReadingArguments): OpenOptions {
  return { missing, standardMissing };
}
