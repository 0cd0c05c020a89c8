/** Cells that a model had to do without. */
import type { Matrix } from "downhill-model/prepared";
import { plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";
import { listed } from "./layout.ts";

function describe(counts: Readonly<Record<string, number>>): { cells: number; columns: string } {
  const entries = Object.entries(counts);
  return {
    cells: entries.reduce((sum, [, count]) => sum + count, 0),
    columns: listed(entries.map(([name, count]) => `${printable(name)} (${count})`)),
  };
}

/** A line for cells of unknown categories and one for missing cells, where there are such. */
export function describeGaps({ unseen, missing }: Matrix, { errorColours }: Terminal): string[] {
  const lines: string[] = [];
  const strange = describe(unseen);
  if (strange.cells > 0) {
    lines.push(
      `${errorColours.yellow("note:")} ${plural(strange.cells, "cell")} with a category that the model never saw, taken as missing: ${strange.columns}`,
    );
  }
  const absent = describe(missing);
  if (absent.cells > 0) {
    lines.push(
      `${errorColours.yellow("note:")} ${plural(absent.cells, "missing cell")}, filled as in training: ${absent.columns}`,
    );
  }
  return lines;
}
