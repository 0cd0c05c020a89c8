/** The options of `downhill predict` and `downhill evaluate`. */
import type { Command } from "commander";
import { addReadingOptions } from "./reading.ts";
import type { ReadingArguments } from "./reading.ts";

export interface PredictArguments extends ReadingArguments {
  readonly out?: string;
}

export interface EvaluateArguments extends ReadingArguments {
  readonly dropMissingTarget?: boolean;
}

const predictExamples = `
Examples:
  downhill predict breast_cancer-diagnosis.model patients.csv > predictions.csv
  downhill predict breast_cancer-diagnosis.model patients.csv --out predictions.parquet
`;

const evaluateExamples = `
Example:
  downhill evaluate breast_cancer-diagnosis.model patients.csv
`;

function addInputs(command: Command): Command {
  return command
    .argument("<model>", "the folder that `downhill train` wrote")
    .argument("<data>", "a table with the columns that the model was trained on");
}

export function addPredictOptions(command: Command): Command {
  addInputs(command).option(
    "-o, --out <file>",
    "where the rows with their predictions go: .csv, .tsv, .json, .jsonl or .parquet, and .gz (default: CSV on standard output)",
  );
  return addReadingOptions(command).addHelpText("after", predictExamples);
}

export function addEvaluateOptions(command: Command): Command {
  addInputs(command).option("--drop-missing-target", "leave rows without target out");
  return addReadingOptions(command).addHelpText("after", evaluateExamples);
}
