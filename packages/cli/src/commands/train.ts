/** `downhill train`: a table in, a trained model out. */
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { openOptions } from "../arguments/reading.ts";
import type { AskedToTrain, TrainArguments } from "../arguments/train.ts";
import { listNames, openTable } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { listenForInterruption } from "../interruption.ts";
import { fingerprintOfFile } from "../model/fingerprint.ts";
import { requireModelPlace } from "../model/folder.ts";
import type { SavedTraining } from "../model/savedTraining.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { requireEngine } from "../training/engine.ts";
import { prepare } from "../training/prepare.ts";
import type { Opened, trainOn as TrainOn } from "../training/trainOn.ts";

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
 * Lets what DuckDB answered meanwhile be taken up, and its next question be put. To load is to compute, and so long every
 * answer waits; so it is done piece by piece.
 */
const answers = (): Promise<void> => setImmediate();

async function loadTraining(): Promise<typeof TrainOn> {
  await import("downhill");
  await answers();
  await import("../training/fit.ts");
  await answers();
  const { trainOn } = await import("../training/trainOn.ts");
  return trainOn;
}

/** For later; if it cannot be loaded, that is said when there is a model to report on. */
async function loadReport(): Promise<void> {
  try {
    await answers();
    await import("katex");
    await answers();
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

async function open(
  path: string,
  options: TrainArguments,
  saved: SavedTraining | null,
  onBegin: () => void,
): Promise<Opened> {
  const table = await openTable(path, { ...openOptions(options), onBegin });
  // While DuckDB reads the same bytes; a failure is told where they are needed.
  const hashed = fingerprintOfFile(table.path);
  hashed.catch(() => undefined);
  if (saved !== null) {
    const { requireSameTable } = await import("../training/resume.ts");
    requireSameTable(path, await hashed, saved);
  }
  const preparing = prepare(table, options, saved?.card.preprocessing);
  // If it fails, that is said when the table has been described.
  preparing.catch(() => undefined);
  return { table, hashed, preparing, since: performance.now() };
}

/** The reading of a training is loaded with what trains. */
async function readSaved(folder: string): Promise<SavedTraining> {
  const { readTraining } = await import("../model/savedTraining.ts");
  return readTraining(folder);
}

/** @throws UsageError that says what else to write. */
async function argumentsOf(
  path: string,
  asked: AskedToTrain,
  saved: SavedTraining | null,
): Promise<TrainArguments> {
  if (saved !== null) return (await import("../training/resume.ts")).resumedArguments(asked, saved);
  const { given: _given, target, ...rest } = asked;
  if (target === undefined) return refuseWithoutTarget(path, asked);
  return { ...rest, target };
}

export async function train(path: string, asked: AskedToTrain, terminal: Terminal): Promise<number> {
  outliveReaders(terminal);
  const interruption = listenForInterruption(terminal, ": no model was written");
  try {
    const saved = asked.resume === undefined ? null : await readSaved(asked.resume);
    const options = await argumentsOf(path, asked, saved);
    await requireEngine(options.engine);
    const place = await requireModelPlace(options.out ?? defaultFolder(path, options.target));
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    // DuckDB looks at the table in threads of its own; meanwhile what trains is loaded.
    const [opened, trainOn] = await Promise.all([
      open(path, options, saved, begin),
      begun.then(loadTraining),
    ]);
    if (options.report) void loadReport();
    // The table is left open: it ends with the process, sooner than DuckDB takes it down.
    return await trainOn(opened, place, options, saved, interruption, terminal);
  } finally {
    interruption.release();
  }
}
