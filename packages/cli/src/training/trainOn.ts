/** A training from the open table to the written model, with what is said on the way. */
import { measure } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import type { TrainArguments } from "../arguments/train.ts";
import type { Table } from "../data/index.ts";
import { exitCodes } from "../exitCodes.ts";
import type { Fingerprint } from "../model/fingerprint.ts";
import type { SavedTraining } from "../model/savedTraining.ts";
import type { ModelPlace } from "../model/folder.ts";
import {
  describeChoice,
  describeChoices,
  describeData,
  describeResumption,
  describeTraining,
} from "../report/choices.ts";
import { describeDivergence, describeInterruption, describeNoReport } from "../report/cutShort.ts";
import { describeDiagnosis, describeWarnings } from "../report/diagnosis.ts";
import { describeCourse, describePlace, describeWorth } from "../report/summary.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { planTraining } from "./choose.ts";
import { onEngine } from "./engine.ts";
import type { Interruption } from "../interruption.ts";
import { fateOf, keep } from "./keep.ts";
import type { Result } from "./keep.ts";
import { resumedFrom } from "./resume.ts";
import { trainModels } from "./trainModels.ts";

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

/** A table, with what is under way. */
export interface Opened {
  readonly table: Table;
  /** What tells its bytes from others, as they were when it was opened. */
  readonly hashed: Promise<Fingerprint>;
  /** What models take of it, as soon as it is read. */
  readonly preparing: Promise<Prepared>;
  /** When it was opened, in milliseconds of this process. */
  readonly since: number;
}

export async function trainOn(
  { table, hashed, preparing, since }: Opened,
  place: ModelPlace,
  options: TrainArguments,
  saved: SavedTraining | null,
  interruption: Interruption,
  terminal: Terminal,
): Promise<number> {
  const print = (lines: readonly string[]): void => {
    terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
  };
  print(describeData(terminal, table));
  const prepared = await preparing;
  const plan = planTraining(prepared, options);
  const resumed = saved && resumedFrom(saved, plan.recipes);
  print(describeChoices(terminal, prepared, options));
  print(describeTraining(terminal, plan));
  if (saved !== null && resumed !== null) print(describeResumption(terminal, saved, resumed));

  const { signal } = interruption;
  const onStart = (): void => interruption.enter("training");
  const { chosen, resumable } = await onEngine(options.engine, () =>
    trainModels(plan, prepared, { signal, onStart, keepsPath: options.report }, resumed, terminal),
  );
  const { trained } = chosen;
  const { estimator, recipe, divergence } = trained;
  const measured = await measure(estimator, prepared, recipe.seed, signal);
  const interrupted = signal.aborted;
  const fingerprint = await hashed;
  const result = { table, fingerprint, options, prepared, chosen, resumable, measured, interrupted };
  const fate = fateOf(result, place);
  const save = async (): Promise<void> => {
    interruption.enter("writing");
    if (fate === "written") await keep(result, place);
    if (signal.aborted && divergence === null)
      terminal.stderr.write(describeInterruption(trained, fate, place, terminal));
    interruption.enter("reporting");
  };
  // Whoever is in a hurry has the model first; all that follows may be interrupted too.
  if (interrupted) await save();
  if (plan.recipes.length > 1) print(describeChoice(terminal, chosen));
  print(["", ...describeCourse(trained, prepared, terminal)]);
  // Whoever interrupts a training knows that it had not got far.
  const found = interrupted
    ? []
    : await describeDiagnosis(trained.diagnose(), table, prepared, options, terminal.width - 2);
  if (fate !== "learnt nothing") print(describeWorth(trained, prepared, measured, terminal));
  if (divergence === null) print(describeWarnings(found, terminal));

  if (!interrupted) await save();
  const report = fate === "written" && options.report ? await addReport(result, place, terminal) : null;
  print(describePlace(fate, { ...place, report }, result, (performance.now() - since) / 1000, terminal));
  if (divergence !== null) {
    terminal.stderr.write(describeDivergence(divergence, fate, place, found, terminal));
    return exitCodes.data;
  }
  return signal.aborted ? exitCodes.interrupted : exitCodes.success;
}
