/** Metrics side by side. */
import type { Baseline, Metrics } from "downhill-model/card";
import type { Plan } from "downhill-model/plan";
import { alignColumns } from "../terminal/columns.ts";
import { formatNumber, formatShare } from "../terminal/numbers.ts";
import { printable, textWidth, truncate } from "../terminal/text.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface MetricsColumn {
  readonly title: string;
  readonly metrics: Metrics;
}

/** A metric, and how it is written. */
export interface MetricRow {
  readonly name: string;
  readonly value: (metrics: Metrics) => number | null;
  readonly format: (value: number) => string;
  /** What the number means. */
  readonly note: string;
}

const number = (value: number): string => formatNumber(value, 3);

/** @param unit - what errors of numbers are measured in: the target's name */
export function metricRows(metrics: Metrics, unit: string): MetricRow[] {
  const of = (key: string) => (found: Metrics) =>
    (found as Readonly<Record<string, number | null>>)[key] ?? null;
  if ("accuracy" in metrics) {
    return [
      { name: "accuracy", value: of("accuracy"), format: formatShare, note: "rows whose class was found" },
      {
        name: "log loss",
        value: of("logLoss"),
        format: number,
        note: "surprise at the true class, best 0",
      },
      { name: "F1", value: of("f1"), format: number, note: "mean over the classes, best 1" },
    ];
  }
  return [
    { name: "R²", value: of("r2"), format: number, note: "share of the variance explained, best 1" },
    { name: "RMSE", value: of("rmse"), format: number, note: `typical error, in units of ${unit}` },
    { name: "MAE", value: of("mae"), format: number, note: `mean error, in units of ${unit}` },
  ];
}

/** Fewer columns than this would leave of a note no more than a hint. */
const leastRoom = 20;

/** @param unit - what errors of numbers are measured in: the target's name */
export function metricsTable(
  columns: readonly MetricsColumn[],
  unit: string,
  { colours, width }: Pick<Terminal, "colours" | "width">,
): string[] {
  const [first] = columns;
  if (first === undefined) return [];
  const rows = metricRows(first.metrics, unit);
  const cells = rows.map(({ value, format }) =>
    columns.map(({ metrics }) => {
      const found = value(metrics);
      return found === null ? "–" : format(found);
    }),
  );
  const lines = alignColumns(
    [
      ["", ...columns.map(({ title }) => colours.dim(title))],
      ...rows.map(({ name }, i) => [name, ...(cells[i] ?? [])]),
    ],
    ["left", ...columns.map(() => "right" as const)],
  );
  const room = width - Math.max(...lines.map(textWidth)) - 2;
  if (room < leastRoom) return lines;
  const notes = ["", ...rows.map(({ note }) => truncate(note, room))];
  return lines.map((line, i) => (i === 0 ? line : `${line}  ${colours.dim(notes[i] ?? "")}`));
}

/** What the baseline predicts. */
export function baselineTitle(baseline: Baseline, target: Plan["target"]): string {
  if (baseline.kind === "mean" || target.task === "regression") return "always the mean";
  return `always ${printable(String(target.classes[baseline.value]))}`;
}
