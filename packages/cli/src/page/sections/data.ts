/** The table: its columns, and what was done to them. */
import { featureNamesOf } from "downhill-model/plan";
import type { ColumnPlan } from "downhill-model/plan";
import { formatCount, formatNumber, formatShare, plural } from "../../terminal/numbers.ts";
import type { Result } from "../../training/keep.ts";
import { details, type Html, paragraph, section, table, text } from "../html.ts";

/** Rows of the table of columns. */
const mostColumns = 400;

const day = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

function cells(column: ColumnPlan): Html[] {
  if (column.encoding === "number") {
    const { holds, mean, deviation, missing, fill, fillRule, standardised } = column;
    const isDate = holds === "date";
    return [
      text(column.name),
      isDate ? "date" : "number",
      formatCount(missing),
      text(isDate ? day(mean) : formatNumber(mean)),
      text(`${formatNumber(deviation)}${isDate ? " days" : ""}`),
      text(
        [
          isDate ? "days since 1970" : "",
          missing > 0
            ? `missing ones are ${isDate ? day(fill) : formatNumber(fill)}${fillRule === "given" ? "" : `, the ${fillRule}`}`
            : "",
          standardised ? "standardised: (x − mean) / std. dev." : "as it is",
        ]
          .filter((part) => part !== "")
          .join("; "),
      ),
    ];
  }
  const { levels, counts, others, missing } = column;
  const shown = levels.slice(0, 8).map((level, i) => `${level} (${formatCount(counts[i] ?? 0)})`);
  const more = levels.length > 8 ? `, and ${levels.length - 8} more` : "";
  const rare = others.length > 0 ? `; ${plural(others.length, "rare one")} together as (other)` : "";
  return [
    text(column.name),
    "category",
    formatCount(missing),
    "",
    "",
    text(
      `${plural(featureNamesOf(column).length, "feature")}, one-hot: ${shown.join(", ")}${more}${rare}${missing > 0 ? "; missing as (missing)" : ""}`,
    ),
  ];
}

export function dataSection({ table: source, prepared, options }: Result): Html {
  const { plan, split, task, targetScale } = prepared;
  const shown = plan.columns.slice(0, mostColumns);
  const rest = plan.columns.length - shown.length;
  const held = split.validation.length;
  const target =
    task.kind === "regression"
      ? `The target ${task.target} is a number (${task.reason}): mean ${formatNumber(targetScale?.mean ?? NaN)}, standard deviation ${formatNumber(targetScale?.deviation ?? NaN)} over the training rows. The model learns (y − mean) / standard deviation.`
      : `The target ${task.target} has ${task.classes.length} classes (${task.reason}): ${task.classes
          .slice(0, 20)
          .map((value, i) => `${String(value)} (${formatCount(task.counts[i] ?? 0)})`)
          .join(", ")}${task.classes.length > 20 ? ", …" : ""}.`;
  const left = task.missing === 0 ? "" : ` ${plural(task.missing, "row")} without target left out.`;
  const division =
    held === 0
      ? `${plural(split.train.length, "row")} to learn from, none held out.`
      : `${plural(split.train.length, "row")} to learn from and ${formatCount(held)} held out to judge by (${formatShare(options.validation)}${split.stratified ? ", the same share of each class" : ""}), chosen at random with seed ${options.seed}.`;
  const notes = source.notes.map((note) => `<li>${text(note)}</li>`);
  const columns = table(
    `Columns that the model sees${rest > 0 ? `: the first ${mostColumns} of ${formatCount(plan.columns.length)}` : ""}. Counts, means and deviations are those of the training rows.`,
    [
      { title: "column" },
      { title: "holds" },
      { title: "missing", isNumber: true },
      { title: "mean", isNumber: true },
      { title: "std. dev.", isNumber: true },
      { title: "what became of it" },
    ],
    shown.map(cells),
  );
  const dropped =
    plan.dropped.length === 0
      ? ""
      : details(
          `${plural(plan.dropped.length, "column")} left out`,
          table(
            "Columns left out",
            [{ title: "column" }, { title: "why" }],
            plan.dropped.slice(0, mostColumns).map(({ name, reason }) => [text(name), text(reason)]),
          ),
        );
  return section({
    id: "data",
    title: "What it learnt from",
    content: `${paragraph(text(`${source.path}: ${plural(source.rows, "row")}, ${plural(source.columns.length, "column")}. ${target}${left}`))}
${paragraph(text(division))}
${notes.length === 0 ? "" : `<ul class="notes">${notes.join("")}</ul>`}
<div class="card">${columns}</div>${dropped}`,
  });
}
