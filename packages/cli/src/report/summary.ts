/** The summary at the end of a training. */
import { modelFiles, trainingFile } from "downhill-model/format";
import { beatsBaseline } from "downhill-model/measure";
import type { Measured } from "downhill-model/measure";
import type { Prepared } from "downhill-model/prepared";
import { isFirstOrder, isSolved } from "downhill-model/recipe";
import { formatCount, formatNumber, formatSeconds } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable, wrap } from "../terminal/text.ts";
import type { ModelPlace } from "../model/folder.ts";
import type { Fate, Result } from "../training/keep.ts";
import type { Trained } from "../training/fit.ts";
import { describeSample } from "./cutShort.ts";
import { indent, labelled } from "./layout.ts";
import { lossPlot } from "./lossPlot.ts";
import { baselineTitle, metricsTable } from "./metricsTable.ts";
import { whatMatters } from "./whatMatters.ts";

/** What the loss of a training is, for people. */
export function lossName({ task }: Prepared): string {
  return task.kind === "regression" ? "squared error (1 is the target's variance)" : "log loss";
}

/** Whether the loss came to rest well above where it had been: steps as long as this lead to and fro. */
function wavers({ history, stopReason }: Trained["estimator"]): boolean {
  const lowest = history.loss.reduce((a, b) => Math.min(a, b), Infinity);
  return stopReason === "converged" && (history.loss.at(-1) ?? 0) > 1.02 * lowest;
}

/** How a training ended: `converged after 25 iterations`. */
export function describeEnding({ estimator, recipe, divergence }: Trained): string {
  const { nIter, bestEpoch, stopReason } = estimator;
  if (isSolved(recipe)) return "solved";
  const [one, many] = isFirstOrder(recipe.optimizer) ? ["epoch", "epochs"] : ["iteration", "iterations"];
  const done = `${formatCount(nIter)} ${nIter === 1 ? one : many}`;
  const kept = bestEpoch > 0 && bestEpoch < nIter ? `; kept ${one} ${bestEpoch}, the best` : "";
  if (wavers(estimator)) {
    return `stopped after ${done}, since the loss no longer falls; it wavers, so try a smaller --rate${kept}`;
  }
  switch (stopReason) {
    case "converged":
      return `converged after ${done}${kept}`;
    case "earlyStopping":
      return `stopped after ${done}, when the rows held out no longer gained${kept}`;
    case "maxIter":
      return `stopped after ${done}, all that were allowed${kept}`;
    case "interrupted":
      return `interrupted after ${done}${kept}`;
    case "diverged":
      return `ran away in ${one} ${divergence?.epoch ?? nIter}${kept}`;
  }
}

/** What the objective's letters stand for. */
function legend({ task, targetScale }: Prepared): string {
  if (task.kind === "classification" || targetScale === null) return "";
  const { mean, deviation } = targetScale;
  return `y: ${printable(task.target)}, standardised as (y − ${formatNumber(mean)}) / ${formatNumber(deviation)}`;
}

function worthless({ plan }: Prepared, baseline: Measured["baseline"]): string {
  return `no better than ${baselineTitle(baseline, plan.target)}: either the columns say nothing about the target, or the training fell short`;
}

/** How the training went. */
export function describeCourse(trained: Trained, prepared: Prepared, terminal: Terminal): string[] {
  const { estimator } = trained;
  const objective = `${estimator.objective} = ${formatNumber(estimator.objectiveValue)}`;
  const plot = lossPlot(trained, lossName(prepared), terminal);
  const meaning = legend(prepared);
  return [
    ...labelled(terminal, "Objective", objective),
    ...(meaning === "" ? [] : labelled(terminal, "", meaning)),
    ...labelled(terminal, "Training", describeEnding(trained)),
    "",
    ...(plot.length === 0 ? [] : [...indent(plot), ""]),
  ];
}

/** What the model is worth, and what it looks at. */
export function describeWorth(
  trained: Trained,
  prepared: Prepared,
  { metrics, baseline, importances, sample }: Measured,
  terminal: Terminal,
): string[] {
  const { target } = prepared.plan;
  const room = { ...terminal, width: terminal.width - 2 };
  const columns = [
    { title: "training", metrics: metrics.train },
    ...(metrics.validation === null ? [] : [{ title: "validation", metrics: metrics.validation }]),
    { title: baselineTitle(baseline, target), metrics: baseline.metrics },
  ];
  const warning = beatsBaseline({ metrics, baseline }) ? [] : wrap(worthless(prepared, baseline), room.width);
  const part =
    sample === null
      ? []
      : wrap(
          `measured ${describeSample(prepared, sample)}; on all of them: downhill evaluate MODEL DATA`,
          room.width,
        );
  const matters = whatMatters(trained, importances, prepared, terminal);
  return [
    ...indent(metricsTable(columns, printable(target.column), room)),
    ...indent(part.map(terminal.colours.dim)),
    ...indent(warning.map(terminal.colours.yellow)),
    "",
    ...(matters.length === 0 ? [] : [...indent(matters), ""]),
  ];
}

/** How long it took, where the model went, and what to do with it. */
export function describePlace(
  fate: Fate,
  { shown, report }: ModelPlace & { readonly report: string | null },
  { table, chosen, resumable, interrupted }: Result,
  secondsInAll: number,
  terminal: Terminal,
): string[] {
  const folder = `${printable(shown)}  (${[...Object.values(modelFiles), ...(resumable === null ? [] : [trainingFile])].join(", ")})`;
  const argument = (path: string): string => (/^[\w./-]+$/.test(path) ? path : JSON.stringify(path));
  const { seconds } = chosen.trained;
  const next =
    interrupted && resumable !== null
      ? labelled(
          terminal,
          "",
          `downhill train ${argument(table.path)} --resume ${argument(shown)}  (goes on from the last whole epoch)`,
        )
      : [];
  return [
    ...labelled(
      terminal,
      "Time",
      `${formatSeconds(secondsInAll)}, of which ${formatSeconds(seconds)} to train this model`,
    ),
    ...labelled(terminal, "Model", fate === "written" ? folder : "not written"),
    ...(report === null ? [] : labelled(terminal, "Report", `${printable(report)}  (open it in a browser)`)),
    ...(fate === "written"
      ? [...labelled(terminal, "Next", `downhill predict ${argument(shown)} NEW.csv`), ...next]
      : []),
  ];
}
