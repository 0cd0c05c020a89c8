/** What is said when a training ran away, or was interrupted. */
import type { DivergenceError } from "downhill/learn";
import type { Measured } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import { isFirstOrder } from "downhill-model/recipe";
import type { ModelPlace } from "../model/folder.ts";
import { formatCount, formatNumber, plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";
import type { Trained } from "../training/fit.ts";
import type { Fate } from "../training/keep.ts";

function describeFate(fate: Fate, { shown }: ModelPlace): string {
  switch (fate) {
    case "written":
      return `the best model so far was kept: it is in ${printable(shown)}`;
    case "learnt nothing":
      return "nothing was learnt before that: no model was written";
    case "gave way":
      return `the model that was in ${printable(shown)} before was left as it is`;
  }
}

function happened({ reason, loss, step, epoch, learningRate }: DivergenceError): string {
  const rate = learningRate === undefined ? "" : `, with rate ${formatNumber(learningRate)}`;
  const what =
    reason === "non-finite" ? `the loss became ${loss}` : `the loss kept rising, to ${formatNumber(loss)}`;
  return `the training ran away: ${what} at step ${step} (epoch ${epoch})${rate}`;
}

/** @param found what the diagnosis says, in lines. */
export function describeDivergence(
  error: DivergenceError,
  fate: Fate,
  place: ModelPlace,
  found: readonly string[],
  { errorColours }: Terminal,
): string {
  const lines = [describeFate(fate, place), ...found].map((line) => `  ${line}\n`).join("");
  return `${errorColours.red("error:")} ${happened(error)}\n${lines}`;
}

export function describeInterruption(
  { estimator, recipe }: Trained,
  fate: Fate,
  place: ModelPlace,
  { errorColours }: Terminal,
): string {
  const unit = isFirstOrder(recipe.optimizer) ? "epoch" : "iteration";
  const when =
    estimator.stopReason === "interrupted" ? `in ${unit} ${estimator.nIter + 1}` : "after the training";
  return `${errorColours.yellow("interrupted")} ${when}\n  ${describeFate(fate, place)}\n`;
}

/** What the metrics are of, where a sample had to do: `on 10,000 of 800,000 rows to learn from and …`. */
export function describeSample({ split }: Prepared, sample: NonNullable<Measured["sample"]>): string {
  const part = (rows: number, all: number, what: string): string =>
    rows === all
      ? `all ${plural(all, "row")} ${what}`
      : `${formatCount(rows)} of ${plural(all, "row")} ${what}`;
  const learnt = part(sample.train, split.train.length, "to learn from");
  return sample.validation === null
    ? `on ${learnt}, spread evenly`
    : `on ${learnt} and ${part(sample.validation, split.validation.length, "held out")}, spread evenly`;
}

/** The model is there, its report is not. */
export function describeNoReport(error: unknown, { shown }: ModelPlace, { errorColours }: Terminal): string {
  const problem = error instanceof Error ? error.message : String(error);
  return `${errorColours.yellow("warning:")} the report could not be written: ${printable(problem.split("\n")[0] ?? "")}\n  the model is whole, in ${printable(shown)}; write --no-report to do without\n`;
}
