/** The commands and their options. What they do is loaded when they run, so that help and version come at once. */
import { Command, Help } from "commander";
import type { DescendArguments } from "./arguments/descend.ts";
import { addDescendOptions } from "./arguments/descend.ts";
import { addDeriveOptions } from "./arguments/derive.ts";
import { addExplainOptions } from "./arguments/explain.ts";
import type { ExplainArguments } from "./arguments/explain.ts";
import type { DeriveArguments } from "./arguments/derive.ts";
import { addStudioOptions } from "./arguments/studio.ts";
import type { StudioArguments } from "./arguments/studio.ts";
import type { AskedToTrain } from "./arguments/train.ts";
import { addTrainOptions, givenOptions } from "./arguments/train.ts";
import { addEvaluateOptions, addPredictOptions } from "./arguments/use.ts";
import type { EvaluateArguments, PredictArguments } from "./arguments/use.ts";
import type { ProgramArguments } from "./commands/program.ts";
import { interruptible } from "./interruption.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { printable } from "./terminal/text.ts";
import { version } from "./version.ts";

const introduction = `Learn from a table: train a model, predict with it, and see how good it is.
Models learn from their mistakes by following the slope of their error downhill.`;

const firstSteps = `
First steps:
  downhill train examples/data/breast_cancer.csv --target diagnosis
  downhill predict breast_cancer-diagnosis.model NEW.csv --out predictions.csv
  downhill COMMAND --help
`;

/** DuckDB takes its time to start, in a thread of its own: it does before the rest of a command is loaded. */
async function withDuckDB(work: () => Promise<void>): Promise<void> {
  const { startDatabase } = await import("./data/duckdb.ts");
  const started = startDatabase();
  try {
    await work();
  } finally {
    await started;
  }
}

/** @param done - takes the exit code of the command that ran */
export function createProgram(terminal: Terminal, done: (code: number) => void): Command {
  const { colours, errorColours, width } = terminal;
  const program = new Command("downhill")
    .description(introduction)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand("help [command]", "Print the help of a command.")
    .configureHelp({
      helpWidth: width,
      styleTitle: (text) => colours.bold(text),
      // That an option may be left out goes without saying.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ \(default: \[\]\)/, ""),
    })
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, `${errorColours.red("error:")} `)),
      getOutHasColors: () => colours.isColorSupported,
      getErrHasColors: () => errorColours.isColorSupported,
    })
    .addHelpText("after", firstSteps);

  addTrainOptions(
    program.command("train").description("Train a model that predicts one column of a table."),
  ).action(async (data: string, options: AskedToTrain, command: Command) => {
    await withDuckDB(async () => {
      const { train } = await import("./commands/train.ts");
      done(await train(data, { ...options, given: givenOptions(command) }, terminal));
    });
  });
  addPredictOptions(
    program
      .command("predict")
      .description("Write the rows of a table with the model's predictions beside them."),
  ).action(async (model: string, data: string, options: PredictArguments) => {
    const { predict } = await import("./commands/predict.ts");
    const lost = options.out === undefined ? "" : `: ${printable(options.out)} was not written`;
    done(await interruptible(terminal, lost, () => predict(model, data, options, terminal)));
  });
  addEvaluateOptions(
    program.command("evaluate").description("Measure a model on a table that holds the true answers."),
  ).action(async (model: string, data: string, options: EvaluateArguments) => {
    const { evaluate } = await import("./commands/evaluate.ts");
    done(
      await interruptible(terminal, ": nothing was measured", () => evaluate(model, data, options, terminal)),
    );
  });
  addExplainOptions(
    program
      .command("explain")
      .description(
        "Show how a model comes to a prediction, and how each weight hangs on its mistake: forward, backward, checked.",
      ),
  ).action(async (model: string, data: string | undefined, options: ExplainArguments) => {
    const { explain } = await import("./commands/explain.ts");
    done(await interruptible(terminal, "", () => explain(model, data, options, terminal)));
  });
  addDeriveOptions(
    program
      .command("derive")
      .description(
        "Show how the derivatives of a formula come about: steps, rules, paths, results, checked.",
      ),
  ).action(async (formula: string[], options: DeriveArguments) => {
    const { derive } = await import("./commands/derive.ts");
    done(await interruptible(terminal, "", () => derive(formula, options, terminal)));
  });
  addDescendOptions(
    program
      .command("descend")
      .description("Walk a formula downhill, see every step, and where the learning rate stops working."),
  ).action(async (formula: string[], options: DescendArguments) => {
    const { descend } = await import("./commands/descend.ts");
    done(await interruptible(terminal, "", () => descend(formula, options, terminal)));
  });
  addStudioOptions(
    program
      .command("studio")
      .description("Serve a page for your browser in which slopes, descents and models can be seen at work."),
  ).action(async (options: StudioArguments) => {
    const { studio } = await import("./commands/studio.ts");
    done(await studio(options, terminal));
  });
  program
    .command("program")
    .description("Show what the compiler makes of a program.")
    .argument("<file>", "a program as makeProgram prints it; - for standard input")
    .option("--stages", "the program after each pass, and its kernels")
    .option("--profile", "what each kernel costs, counted and measured")
    .action(async (file: string, options: ProgramArguments) => {
      const { program: show } = await import("./commands/program.ts");
      done(await show(file, options, terminal));
    });
  return program;
}
