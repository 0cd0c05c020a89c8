/** `downhill train`: a table in, a trained model out. */
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openOptions } from "../arguments/reading.ts";
import type { AskedToTrain } from "../arguments/train.ts";
import { listNames, openTable } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { listenForInterruption } from "../interruption.ts";
import { requireModelPlace } from "../model/folder.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { requireEngine } from "../training/engine.ts";
import type { trainOn as TrainOn } from "../training/trainOn.ts";

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

/** A training is for its model: it goes on when no one reads its report any more (`downhill train … | head`). */
function outliveReaders({ stdout }: Terminal): void {
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/**
 * Milliseconds in which DuckDB's short answers are taken up and its next question is put. To load is to compute, and
 * whatever DuckDB answers meanwhile has to wait; so it is done piece by piece.
 */
const pause = 2;

async function loadTraining(): Promise<typeof TrainOn> {
  await import("downhill");
  await setTimeout(pause);
  const { trainOn } = await import("../training/trainOn.ts");
  return trainOn;
}

/** For later; if it cannot be loaded, that is said when there is a model to report on. */
async function loadReport(): Promise<void> {
  try {
    await setTimeout(pause);
    await import("katex");
    await setTimeout(pause);
    await import("../page/write.ts");
  } catch {
    return;
  }
}

/** @throws UsageError that names the columns to choose from. */
async function refuseWithoutTarget(path: string, options: AskedToTrain): Promise<never> {
  const { columns } = await openTable(path, openOptions(options));
  const names = columns.map(({ name }) => name);
  throw new UsageError(
    `${path}: which column is to be predicted?`,
    `write --target COLUMN; the columns are ${listNames(names, 20)}`,
  );
}

export async function train(path: string, asked: AskedToTrain, terminal: Terminal): Promise<number> {
  const { target } = asked;
  if (target === undefined) return refuseWithoutTarget(path, asked);
  const options = { ...asked, target };
  outliveReaders(terminal);
  const interruption = listenForInterruption(terminal, ": no model was written");
  try {
    await requireEngine(options.engine);
    const place = await requireModelPlace(options.out ?? defaultFolder(path, options.target));
    // DuckDB looks at the table in threads of its own; meanwhile what trains is loaded.
    const [table, trainOn] = await Promise.all([openTable(path, openOptions(options)), loadTraining()]);
    if (options.report) void loadReport();
    // The table is left open: it ends with the process, sooner than DuckDB takes it down.
    return await trainOn(table, place, options, interruption, terminal);
  } finally {
    interruption.release();
  }
}
