/** What is said when a training ran away, or was interrupted. */
import type { DivergenceError } from "downhill/learn";
import type { Plan } from "../data/index.ts";
import type { ModelPlace } from "../model/folder.ts";
import { formatNumber } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";
import type { Trained } from "../training/fit.ts";
import type { Fate } from "../training/keep.ts";
import { isFirstOrder } from "../training/recipe.ts";

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

function remedy({ stableRate, suggestedRate, learningRate }: DivergenceError): string {
  if (suggestedRate === undefined) {
    return "look for values of very different size among the columns, and let them be standardised";
  }
  const isAbove = stableRate !== undefined && learningRate !== undefined && stableRate < learningRate;
  const border = isAbove
    ? `; by the curvature measured, steps are stable up to ${formatNumber(stableRate)}`
    : "";
  return `write --rate ${suggestedRate}, or --rate auto${border}`;
}

/** A column of large numbers makes the loss so sharp that only tiny steps are stable. */
function describeUnscaled({ columns }: Plan): string {
  const unscaled = columns.flatMap((column) =>
    column.encoding === "number" && !column.standardised ? [column] : [],
  );
  const widest = unscaled.sort((a, b) => b.deviation - a.deviation)[0];
  if (widest === undefined || widest.deviation < 10) return "";
  const name = JSON.stringify(widest.name);
  return `\n  or let ${name} be standardised: its standard deviation is ${formatNumber(widest.deviation)}`;
}

export function describeDivergence(
  error: DivergenceError,
  fate: Fate,
  place: ModelPlace,
  plan: Plan,
  { errorColours }: Terminal,
): string {
  return `${errorColours.red("error:")} ${happened(error)}\n  ${describeFate(fate, place)}\n  ${remedy(error)}${describeUnscaled(plan)}\n`;
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
