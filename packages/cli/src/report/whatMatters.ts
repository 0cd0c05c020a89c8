/** What a model looks at most: weights of linear models, what the loss hangs on for networks. */
import { LinearRegression, LogisticRegression } from "downhill/learn";
import type { Importance } from "downhill-model/importance";
import type { Plan } from "downhill-model/plan";
import type { Prepared } from "downhill-model/prepared";
import { bar, leftwardBar } from "../terminal/bars.ts";
import { alignColumns } from "../terminal/columns.ts";
import type { Alignment } from "../terminal/columns.ts";
import { formatSigned } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { padEnd, padStart, printable, textWidth, truncate } from "../terminal/text.ts";
import type { Trained } from "../training/fit.ts";
import { weightsOf } from "../training/weights.ts";
import type { Weight } from "../training/weights.ts";

const mostShown = 10;

/** A bar to the left for negative numbers and to the right for positive ones. */
function twoWayBar(share: number, width: number, { red, green, dim }: Terminal["colours"]): string {
  const left = padStart(leftwardBar(Math.max(0, -share), width), width);
  const right = padEnd(bar(Math.max(0, share), width), width);
  return `${red(left)}${dim("│")}${green(right)}`;
}

/** Lines up the rows, with names cut so that no line is wider than the terminal. */
function fit(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  width: number,
): string[] {
  const others = alignColumns(
    rows.map((row) => ["", ...row.slice(1)]),
    alignments,
  );
  const room = width - Math.max(0, ...others.map(textWidth));
  return alignColumns(
    rows.map(([name = "", ...rest]) => [truncate(name, Math.max(8, room)), ...rest]),
    alignments,
  );
}

function title(prepared: Prepared): string {
  const { task } = prepared;
  if (task.kind === "regression")
    return `What matters most: change of the predicted ${printable(task.target)}`;
  if (task.classes.length === 2) {
    return `What matters most: change of the log-odds of ${printable(String(task.classes[1]))}`;
  }
  return "What matters most: change of the score of a class";
}

function describeWeights(weights: readonly Weight[], prepared: Prepared, terminal: Terminal): string[] {
  const { task, plan } = prepared;
  const { colours, width } = terminal;
  const shown = weights.filter(({ perDeviation }) => perDeviation !== 0).slice(0, mostShown);
  if (shown.length === 0) return [];
  const greatest = Math.abs(shown[0]?.perDeviation ?? 1);
  const isMulticlass = task.kind === "classification" && task.classes.length > 2;
  const barWidth = isMulticlass || width < 100 ? 8 : 12;
  const header = ["", ...(isMulticlass ? ["class"] : []), "", "per std. dev.", "per unit"];
  const rows = shown.map(({ feature, classIndex, perDeviation, perUnit }) => [
    printable(feature),
    ...(isMulticlass ? [truncate(printable(String(task.classes[classIndex ?? 0])), 16)] : []),
    twoWayBar(perDeviation / greatest, barWidth, colours),
    formatSigned(perDeviation),
    unitOf(feature, perUnit, plan),
  ]);
  const alignments = ["left", ...(isMulticlass ? ["left" as const] : []), "left", "right", "right"] as const;
  const rest = weights.length - shown.length;
  return [
    colours.bold(title(prepared)),
    ...fit([header.map(colours.dim), ...rows], alignments, width - 2),
    ...(rest > 0 ? [colours.dim(`and ${rest} smaller ${rest === 1 ? "weight" : "weights"}`)] : []),
  ];
}

/** The weight for one unit of the column: a day for dates, being the case for categories. */
function unitOf(feature: string, perUnit: number, { columns }: Plan): string {
  const column = columns.find(({ name }) => name === feature);
  const text = formatSigned(perUnit);
  if (column?.encoding !== "number") return `${text} if so`;
  return column.holds === "date" ? `${text} a day` : text;
}

function describeImportances(found: readonly Importance[], prepared: Prepared, terminal: Terminal): string[] {
  const { colours, width } = terminal;
  const shown = found.filter(({ importance }) => importance > 0).slice(0, mostShown);
  if (shown.length === 0) return [];
  const greatest = shown[0]?.importance ?? 1;
  const loss = prepared.task.kind === "regression" ? "squared error" : "log loss";
  const barWidth = 24;
  const rows = shown.map(({ feature, importance }) => [
    printable(feature),
    colours.cyan(padEnd(bar(importance / greatest, barWidth), barWidth)),
    formatSigned(importance),
  ]);
  return [
    colours.bold(`What matters most: rise of the ${loss} when a column's cells are shuffled`),
    ...fit(rows, ["left", "left", "right"], width - 2),
  ];
}

export function whatMatters(
  { estimator }: Trained,
  found: readonly Importance[],
  prepared: Prepared,
  terminal: Terminal,
): string[] {
  if (estimator instanceof LinearRegression || estimator instanceof LogisticRegression) {
    return describeWeights(weightsOf(estimator, prepared.plan, prepared.targetScale), prepared, terminal);
  }
  return describeImportances(found, prepared, terminal);
}
