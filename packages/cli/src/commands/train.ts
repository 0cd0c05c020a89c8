/** `downhill train`: a table in, a trained model out. */
import { basename } from "node:path";
import type { EpochEvent } from "downhill";
import { openOptions } from "../arguments/reading.ts";
import type { TrainArguments } from "../arguments/train.ts";
import { openTable } from "../data/index.ts";
import type { Table } from "../data/index.ts";
import { exitCodes } from "../exitCodes.ts";
import { requireModelPlace } from "../model/folder.ts";
import type { ModelPlace } from "../model/folder.ts";
import { modelFiles } from "../model/format.ts";
import { writeModel } from "../model/writeModel.ts";
import { describeChoices, describeData } from "../report/choices.ts";
import { describeDivergence } from "../report/divergence.ts";
import { labelled } from "../report/layout.ts";
import { summarise } from "../report/summary.ts";
import { formatSeconds } from "../terminal/numbers.ts";
import { progressLine } from "../terminal/progressLine.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";
import { makeCard } from "../training/card.ts";
import { choose, planTraining } from "../training/choose.ts";
import type { Chosen } from "../training/choose.ts";
import { fingerprintOf } from "../training/fingerprint.ts";
import { fit } from "../training/fit.ts";
import type { Trained } from "../training/fit.ts";
import { listenForInterruption } from "../training/interruption.ts";
import type { Interruption } from "../training/interruption.ts";
import { hasLearnt, measure } from "../training/measure.ts";
import { savedWeights } from "../training/savedWeights.ts";
import { prepare } from "../training/prepare.ts";
import type { Prepared } from "../training/prepare.ts";
import { describeRecipe, modelNames } from "../training/recipe.ts";

/** `data/breast cancer.csv.gz` and `Diagnosis?` make `breast-cancer-Diagnosis.model`. */
export function defaultFolder(path: string, target: string): string {
  const stem = basename(path)
    .replace(/\.gz$/i, "")
    .replace(/(?<=.)\.[^.]+$/, "");
  const plain = (text: string): string =>
    text.replace(/[^\p{L}\p{N}_.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${
    [stem, target]
      .map(plain)
      .filter((part) => part !== "")
      .join("-") || "downhill"
  }.model`;
}

/** Trains the model asked for, or those that are to be compared. */
async function trainModels(
  prepared: Prepared,
  options: TrainArguments,
  interruption: Interruption,
  terminal: Terminal,
): Promise<Chosen> {
  const { recipes, choice } = planTraining(prepared, options);
  const trained: Trained[] = [];
  const progress = progressLine(terminal);
  interruption.trainingBegins();
  for (const recipe of recipes) {
    const { signal } = interruption;
    try {
      const name = modelNames[recipe.model];
      const onEpoch = (event: EpochEvent): void => progress.update({ name, ...event });
      trained.push(await fit(recipe, prepared, { signal, onEpoch }));
    } finally {
      progress.clear();
    }
    if (signal.aborted || trained.at(-1)?.divergence !== null) break;
  }
  return choose(prepared, trained, choice);
}

export async function train(path: string, options: TrainArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const interruption = listenForInterruption(terminal);
  const place = await requireModelPlace(options.out ?? defaultFolder(path, options.target));
  const table = await openTable(path, openOptions(options));
  try {
    return await trainOn(table, place, options, { started, interruption, terminal });
  } finally {
    table.close();
    interruption.release();
  }
}

/** What became of the best parameters of a training that ran away. */
function fateOf(keeps: boolean, givesWay: boolean, { shown }: ModelPlace): string {
  if (keeps) return `the best parameters before that were kept: they are the model in ${printable(shown)}`;
  return givesWay
    ? `the model that was in ${printable(shown)} before was left as it is`
    : "nothing was learnt before that: no model was written";
}

interface Session {
  readonly started: number;
  readonly interruption: Interruption;
  readonly terminal: Terminal;
}

async function trainOn(
  table: Table,
  place: ModelPlace,
  options: TrainArguments,
  { started, interruption, terminal }: Session,
): Promise<number> {
  const print = (lines: readonly string[]): void =>
    void terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
  print(describeData(terminal, table));
  const prepared = await prepare(table, options);
  print(describeChoices(terminal, prepared, options));

  const chosen = await trainModels(prepared, options, interruption, terminal);
  const { trained, choice } = chosen;
  const { recipe, divergence } = trained;
  print([
    ...labelled(terminal, "Model", `${modelNames[recipe.model]}: ${choice}`, "--model"),
    ...labelled(terminal, "Steps", describeRecipe(recipe), "--optimizer --rate --batch --epochs"),
    "",
  ]);

  const measured = measure(trained, prepared);
  print(summarise(trained, prepared, measured, terminal));

  const isCutShort = interruption.signal.aborted || divergence !== null;
  // A model that was good before is not given up for one that went wrong.
  const givesWay = divergence !== null && place.holdsModel;
  const keeps = !isCutShort || (!givesWay && hasLearnt(trained, measured, prepared));
  if (keeps) {
    const { config, tensors } = savedWeights(trained.estimator);
    const card = makeCard({
      file: table.path,
      rows: table.rows,
      fingerprint: await fingerprintOf(table.path),
      options,
      prepared,
      chosen,
      measured,
      estimator: config,
    });
    await writeModel(place, { card, tensors, history: trained.estimator.history });
  }
  const seconds = formatSeconds((performance.now() - started) / 1000);
  print([
    ...labelled(terminal, "Time", `${seconds} in all`),
    ...labelled(
      terminal,
      "Model",
      keeps ? `${printable(place.shown)}  (${Object.values(modelFiles).join(", ")})` : "not written",
    ),
  ]);
  if (divergence !== null) {
    terminal.stderr.write(`${describeDivergence(divergence, fateOf(keeps, givesWay, place))}\n`);
    return exitCodes.data;
  }
  return interruption.signal.aborted ? exitCodes.interrupted : exitCodes.success;
}
