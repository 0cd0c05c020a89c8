/** Carries out a training plan, with a line of progress. */
import type { AnyEstimator, EpochEvent } from "downhill/learn";
import { sampled } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import { modelNames } from "downhill-model/recipe";
import { Interrupted } from "../interruption.ts";
import { progressLine } from "../terminal/progressLine.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { choose } from "./choose.ts";
import type { Chosen, TrainingPlan } from "./choose.ts";
import { fit } from "./fit.ts";
import type { FitOptions, Trained } from "./fit.ts";
import type { Resumed } from "./resume.ts";

/** What came of all that was planned. */
export interface Outcome {
  readonly chosen: Chosen;
  /** The model whose training can go on, chosen or not: the last one that went by steps. */
  readonly resumable: AnyEstimator | null;
}

const canGoOn = ({ estimator, divergence }: Trained): boolean =>
  divergence === null && estimator.resumption?.last !== undefined;

/** Trains what is planned and chooses among it; a training that is cut short is the last one. */
export async function trainModels(
  { recipes, choice }: TrainingPlan,
  prepared: Prepared,
  options: Omit<FitOptions, "onEpoch" | "from">,
  resumed: Resumed | null,
  terminal: Terminal,
): Promise<Outcome> {
  const trained: Trained[] = [];
  const progress = progressLine(terminal);
  for (const recipe of recipes) {
    const name = modelNames[recipe.model];
    const from = resumed?.model === recipe.model ? resumed.from : undefined;
    const onEpoch = (event: EpochEvent): void => progress.update({ name, ...event });
    try {
      trained.push(await fit(recipe, prepared, { ...options, onEpoch, from }));
    } catch (error) {
      // Those before it are there.
      if (!(error instanceof Interrupted && trained.length > 0)) throw error;
    } finally {
      progress.clear();
    }
    if (options.signal.aborted || trained.at(-1)?.divergence !== null) break;
  }
  const chosen = choose(options.signal.aborted ? sampled(prepared) : prepared, trained, choice);
  const resumable = trained.findLast(canGoOn)?.estimator ?? null;
  return { chosen, resumable };
}
