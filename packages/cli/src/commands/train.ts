/** `downhill train`: a table in, a trained model out. */
import { basename } from "node:path";
import { openOptions } from "../arguments/reading.ts";
import type { TrainArguments } from "../arguments/train.ts";
import { openTable } from "../data/index.ts";
import type { Table } from "../data/index.ts";
import { exitCodes } from "../exitCodes.ts";
import { requireModelPlace } from "../model/folder.ts";
import type { ModelPlace } from "../model/folder.ts";
import { describeChoice, describeChoices, describeData, describeTraining } from "../report/choices.ts";
import { describeDivergence, describeInterruption, describeNoReport } from "../report/cutShort.ts";
import { describeDiagnosis } from "../report/diagnosis.ts";
import { describeCourse, describePlace, describeWorth } from "../report/summary.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { planTraining } from "../training/choose.ts";
import { listenForInterruption } from "../training/interruption.ts";
import type { Interruption } from "../training/interruption.ts";
import { fateOf, keep } from "../training/keep.ts";
import type { Result } from "../training/keep.ts";
import { measure } from "../training/measure.ts";
import { prepare } from "../training/prepare.ts";
import { trainModels } from "../training/trainModels.ts";

/** `data/breast cancer.csv.gz` and `Diagnosis?` make `breast-cancer-Diagnosis.model`. */
export function defaultFolder(path: string, target: string): string {
  const stem = basename(path)
    .replace(/\.gz$/i, "")
    .replace(/(?<=.)\.[^.]+$/, "");
  const plain = (text: string): string =>
    text.replace(/[^\p{L}\p{N}_.]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  const parts = [stem, target].map(plain).filter((part) => part !== "");
  return `${parts.join("-") || "downhill"}.model`;
}

/** The report's path. By now the model is safe, and a report that fails must not look like a training that failed. */
async function addReport(result: Result, place: ModelPlace, terminal: Terminal): Promise<string | null> {
  try {
    const { writeReport } = await import("../page/write.ts");
    return await writeReport(result, place);
  } catch (error) {
    terminal.stderr.write(describeNoReport(error, place, terminal));
    return null;
  }
}

async function trainOn(
  table: Table,
  place: ModelPlace,
  options: TrainArguments,
  interruption: Interruption,
  terminal: Terminal,
): Promise<number> {
  const started = performance.now();
  const print = (lines: readonly string[]): void => {
    terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
  };
  print(describeData(terminal, table));
  const prepared = await prepare(table, options);
  const plan = planTraining(prepared, options);
  print(describeChoices(terminal, prepared, options));
  print(describeTraining(terminal, plan));

  interruption.enter("training");
  const { signal } = interruption;
  const chosen = await trainModels(plan, prepared, { signal, keepsPath: options.report }, terminal);
  const { trained } = chosen;
  const measured = measure(trained, prepared);
  if (plan.recipes.length > 1) print(describeChoice(terminal, chosen));
  print(["", ...describeCourse(trained, prepared, terminal)]);
  const result = { table, options, prepared, chosen, measured, interrupted: signal.aborted };
  const fate = fateOf(result, place);
  if (fate !== "learnt nothing") print(describeWorth(trained, prepared, measured, terminal));

  interruption.enter("writing");
  if (fate === "written") await keep(result, place);
  interruption.enter("reporting");
  const report = fate === "written" && options.report ? await addReport(result, place, terminal) : null;
  print(describePlace(fate, { ...place, report }, trained, (performance.now() - started) / 1000, terminal));
  if (trained.divergence !== null) {
    const { diagnosis } = trained.divergence;
    const found =
      diagnosis === undefined
        ? []
        : await describeDiagnosis(diagnosis, table, prepared, options, terminal.width - 2);
    terminal.stderr.write(describeDivergence(trained.divergence, fate, place, found, terminal));
    return exitCodes.data;
  }
  if (!signal.aborted) return exitCodes.success;
  terminal.stderr.write(describeInterruption(trained, fate, place, terminal));
  return exitCodes.interrupted;
}

/** A training is for its model: it goes on when no one reads its report any more (`downhill train … | head`). */
function outliveReaders({ stdout }: Terminal): void {
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

export async function train(path: string, options: TrainArguments, terminal: Terminal): Promise<number> {
  outliveReaders(terminal);
  const interruption = listenForInterruption(terminal);
  try {
    const place = await requireModelPlace(options.out ?? defaultFolder(path, options.target));
    const table = await openTable(path, openOptions(options));
    try {
      return await trainOn(table, place, options, interruption, terminal);
    } finally {
      table.close();
    }
  } finally {
    interruption.release();
  }
}
