/** The options of `downhill explain`. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { addReadingOptions } from "./reading.ts";
import type { ReadingArguments } from "./reading.ts";
import { positiveNumber, wholeNumber } from "./values.ts";

export interface ExplainArguments extends ReadingArguments {
  /** From 1; undefined for the row with the largest loss. */
  readonly row?: number;
  readonly unit?: string;
  readonly all?: boolean;
  /** Of the one step that is tried; undefined for that of the training. */
  readonly rate?: number;
  readonly latex?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  downhill explain breast_cancer-diagnosis.model
  downhill explain breast_cancer-diagnosis.model examples/data/breast_cancer.csv --row 14
  downhill explain digits-label.model examples/data/digits.csv --row 1 --unit 1.7
`;

/** Layer and unit: `1.3`. */
function unitAddress(text: string): string {
  if (/^[1-9]\d*\.[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError("Write LAYER.UNIT, both counted from 1, such as 1.3.");
}

export function addExplainOptions(command: Command): Command {
  command
    .argument("<model>", "the folder that `downhill train` wrote")
    .argument("[data]", "a table with the columns that the model was trained on")
    .option("--row <n>", "the row, counted from 1 (default: the one with the largest loss)", wholeNumber(1))
    .option("--unit <layer.unit>", "one unit of the model with all its numbers, such as 1.3", unitAddress)
    .option("--all", "every term of each sum, not just the largest")
    .option(
      "--rate <rate>",
      "learning rate of the one step that is tried (default: that of the training, or 0.01)",
      positiveNumber,
    )
    .addOption(new Option("--latex", "the model's function, loss and gradient as LaTeX").conflicts("json"))
    .addOption(new Option("--json", "print everything as JSON"));
  return addReadingOptions(command).addHelpText("after", examples);
}
