/** The options of `downhill train`. */
import { Option } from "commander";
import type { Command } from "commander";
import { type Optimizer, optimizers } from "downhill-model/recipe";
import { type Engine, engines } from "../training/engine.ts";
import { addReadingOptions } from "./reading.ts";
import type { ReadingArguments } from "./reading.ts";
import { collect, collectFill, layerSizes, rate, share, wholeNumber } from "./values.ts";
import type { FillArgument } from "./values.ts";

export const modelChoices = ["auto", "linear", "logistic", "mlp"] as const;

/** What the user asked for; undefined where the choice is left to the command. */
export interface TrainArguments extends ReadingArguments {
  readonly target: string;
  readonly task?: "regression" | "classification";
  readonly model: (typeof modelChoices)[number];
  readonly hidden?: readonly number[];
  readonly optimizer?: Optimizer;
  readonly rate?: "auto" | number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly validation: number;
  readonly seed: number;
  readonly engine: Engine;
  readonly out?: string;
  /** The model whose training goes on. */
  readonly resume?: string;
  readonly drop: readonly string[];
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
  readonly fill: readonly FillArgument[];
  /** False: no column is standardised. */
  readonly scaling: boolean;
  readonly unscaled: readonly string[];
  readonly maxCategories?: number;
  readonly rareCategory?: number;
  readonly dropMissingTarget?: boolean;
  /** Whether `report.html` is written. */
  readonly report: boolean;
}

/** What was written, where the target may have been forgotten. */
export type AskedToTrain = Omit<TrainArguments, "target"> &
  Partial<Pick<TrainArguments, "target">> & {
    /** Options that were written, as they are written, by their names. */
    readonly given?: Readonly<Record<string, string>>;
  };

/** The options that the user wrote, those with defaults told from these. */
export function givenOptions(command: Command): NonNullable<AskedToTrain["given"]> {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === "cli",
  );
  return Object.fromEntries(given.map((option) => [option.attributeName(), option.long ?? option.flags]));
}

const examples = `
Examples:
  downhill train examples/data/breast_cancer.csv --target diagnosis
  downhill train houses.parquet --target price --model mlp --hidden 64,32 --epochs 300
  downhill train people.csv --target income --drop name --categorical zip --fill median
  downhill train houses.parquet --resume houses-price.model --epochs 600
`;

export function addTrainOptions(command: Command): Command {
  command
    .argument("<data>", "a table: CSV, TSV, JSON, JSON lines, Parquet or DuckDB")
    .option("-t, --target <column>", "the column to predict")
    .optionsGroup("Model:")
    .addOption(
      new Option(
        "-m, --model <model>",
        "linear predicts numbers, logistic classes, mlp (a neural network) both",
      )
        .choices(modelChoices)
        .default("auto"),
    )
    .option("--hidden <sizes>", "hidden layers of the network, such as 64,32", layerSizes)
    .addOption(
      new Option("--task <task>", "what the target is, if its cells mislead").choices([
        "regression",
        "classification",
      ]),
    )
    .optionsGroup("Training:")
    .addOption(
      new Option("--optimizer <name>", "how the way down is found (default: fits the model)").choices(
        optimizers,
      ),
    )
    .option("--rate <rate>", "learning rate: a number, or auto", rate)
    .option("--epochs <n>", "passes over the data (or iterations) at most", wholeNumber(1))
    .option("--batch <n>", "rows for each step", wholeNumber(1))
    .option("--validation <share>", "share of the rows held out to judge by", share, 0.2)
    .option("--seed <n>", "of everything random: same seed, same model", wholeNumber(0), 0)
    .addOption(
      new Option("--engine <engine>", "what computes: native needs a C compiler, and pays for large networks")
        .choices(engines)
        .default("wasm"),
    )
    .option("-o, --out <folder>", "where the model goes (default: DATA-COLUMN.model)")
    .option(
      "--resume <folder>",
      "go on with the training of this model, with its options; --epochs may be more",
    )
    .option("--no-report", "leave report.html out, the training in pictures")
    .optionsGroup("Columns:")
    .option("--drop <column>", "leave a column out (repeat for more)", collect, [])
    .option("--numeric <column>", "take a column as numbers (repeat for more)", collect, [])
    .option("--categorical <column>", "take a column as categories (repeat for more)", collect, [])
    .option(
      "--fill <rule>",
      "missing numbers become the mean, median or a number; COLUMN=rule for one column (repeat for more)",
      collectFill,
      [],
    )
    .option("--no-scaling", "leave all numbers on their own scale")
    .option("--unscaled <column>", "leave a column on its own scale (repeat for more)", collect, [])
    .option("--max-categories <n>", "leave texts with more categories out (default: 50)", wholeNumber(1))
    .option(
      "--rare-category <n>",
      "put categories together that stand in fewer rows, and under 1 % (default: 10)",
      wholeNumber(0),
    )
    .option("--drop-missing-target", "leave rows without target out");
  return addReadingOptions(command).addHelpText("after", examples);
}
