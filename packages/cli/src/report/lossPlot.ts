/** The loss by epoch, as a small plot. */
import { isFirstOrder } from "downhill-model/recipe";
import type { Trained } from "../training/fit.ts";
import { linePlot } from "../terminal/linePlot.ts";
import type { Terminal } from "../terminal/terminal.ts";

const mostWidth = 84;

/** Nothing for trainings of a single step. */
export function lossPlot(
  { estimator, recipe }: Trained,
  lossName: string,
  { colours, width }: Terminal,
): string[] {
  const { loss, validationLoss } = estimator.history;
  if (loss.length < 2) return [];
  const unit = isFirstOrder(recipe.optimizer) ? "epoch" : "iteration";
  const { bestEpoch, nIter } = estimator;
  return linePlot(
    [
      { name: "training", values: loss, paint: colours.cyan },
      ...(validationLoss.length > 0
        ? [{ name: "validation", values: validationLoss, paint: colours.yellow }]
        : []),
    ],
    {
      title: `${lossName} by ${unit}`,
      width: Math.min(width - 2, mostWidth),
      rows: 7,
      faint: colours.dim,
      ...(bestEpoch > 0 && bestEpoch < nIter ? { marked: { step: bestEpoch, name: "kept" } } : {}),
    },
  );
}
