/** What is said when a training ran away. */
import type { DivergenceError } from "downhill";
import { formatNumber } from "../terminal/numbers.ts";

function happened({ reason, loss, step, epoch, learningRate }: DivergenceError): string {
  const rate = learningRate === undefined ? "" : `, with rate ${formatNumber(learningRate)}`;
  const what =
    reason === "non-finite" ? `the loss became ${loss}` : `the loss kept rising, to ${formatNumber(loss)}`;
  return `the training ran away: ${what} at step ${step} (epoch ${epoch})${rate}`;
}

function remedy({ stableRate, suggestedRate, learningRate }: DivergenceError): string {
  if (suggestedRate === undefined)
    return "look for values of very different size among the columns, and let them be standardised";
  const isAbove = stableRate !== undefined && learningRate !== undefined && stableRate < learningRate;
  const border = isAbove
    ? ` (by the curvature measured, steps are stable up to ${formatNumber(stableRate)})`
    : "";
  return `try --rate ${suggestedRate}, or --rate auto${border}`;
}

/** @param fate - what became of the best parameters */
export function describeDivergence(error: DivergenceError, fate: string): string {
  return `${happened(error)}\n  ${fate}\n  ${remedy(error)}`;
}
