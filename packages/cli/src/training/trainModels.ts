/** Carries out a training plan, with a line of progress. */
import type { EpochEvent } from "downhill/learn";
import { sampled } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import { modelNames } from "downhill-model/recipe";
import { progressLine } from "../terminal/progressLine.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { choose } from "./choose.ts";
import type { Chosen, TrainingPlan } from "./choose.ts";
import { fit } from "./fit.ts";
import type { FitOptions, Trained } from "./fit.ts";

/** Trains what is planned and chooses among it; a training that is cut short is the last one. */
export async function trainModels(
  { recipes, choice }: TrainingPlan,
  prepared: Prepared,
  options: Omit<FitOptions, "onEpoch">,
  terminal: Terminal,
): Promise<Chosen> {
  const trained: Trained[] = [];
  const progress = progressLine(terminal);
  for (const recipe of recipes) {
    const name = modelNames[recipe.model];
    const onEpoch = (event: EpochEvent): void => progress.update({ name, ...event });
    try {
      trained.push(await fit(recipe, prepared, { ...options, onEpoch }));
    } finally {
      progress.clear();
    }
    if (options.signal.aborted || trained.at(-1)?.divergence !== null) break;
  }
  return choose(options.signal.aborted ? sampled(prepared) : prepared, trained, choice);
}
