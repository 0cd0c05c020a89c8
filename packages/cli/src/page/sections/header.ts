/** What was trained on what, and what came of it, in a sentence and a few figures. */
import { basename } from "node:path";
import type { ClassificationMetrics, RegressionMetrics } from "downhill-model/card";
import { describeSample } from "../../report/cutShort.ts";
import { beatsBaseline } from "downhill-model/measure";
import { modelNames } from "downhill-model/recipe";
import { baselineTitle } from "../../report/metricsTable.ts";
import { formatCount, formatNumber, formatShare, plural } from "../../terminal/numbers.ts";
import type { Result } from "../../training/keep.ts";
import { type Html, text } from "../html.ts";

const found = (value: number | null, format: (value: number) => string): string =>
  value === null ? "–" : format(value);

const number = (value: number): string => formatNumber(value, 3);

/** What the page is called. */
export const titleOf = ({ prepared, table }: Result): string =>
  `${prepared.task.target} from ${basename(table.path)}`;

export function sentence({ prepared, chosen, measured, options }: Result): string {
  const { task, train, validation, plan } = prepared;
  const model = modelNames[chosen.trained.recipe.model];
  const columns = plural(plan.columns.length, "column");
  const where =
    validation === null
      ? `the ${plural(train.rows, "row")} it learnt from`
      : `the ${plural(validation.rows, "row")} held out`;
  const baseline = baselineTitle(measured.baseline, plan.target);
  const own = measured.metrics.validation ?? measured.metrics.train;
  const start = `A ${model} that learnt from ${plural(train.rows, "row")} to predict ${task.target} from ${columns}`;
  const note = options.validation > 0 && validation === null ? " (no row was held out)" : "";
  if (task.kind === "regression") {
    const { r2, rmse } = own as RegressionMetrics;
    const base = measured.baseline.metrics as RegressionMetrics;
    const explains =
      r2 !== null && r2 > 0
        ? `explains ${formatShare(r2)} of the variance on ${where}${note}`
        : `explains none of the variance on ${where}${note}`;
    return `${start} ${explains}: its typical error is ${found(rmse, number)}, that of predicting ${baseline} ${found(base.rmse, number)}.`;
  }
  const { accuracy } = own as ClassificationMetrics;
  const base = measured.baseline.metrics as ClassificationMetrics;
  return `${start} finds the class of ${found(accuracy, formatShare)} of ${where}${note}; predicting ${baseline} finds ${found(base.accuracy, formatShare)}.`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly beside: string;
}

function tiles({ measured, prepared }: Result): Tile[] {
  const own = measured.metrics.validation ?? measured.metrics.train;
  const title = baselineTitle(measured.baseline, prepared.plan.target);
  const beside = (value: string): string => `${title}: ${value}`;
  if ("accuracy" in own) {
    const base = measured.baseline.metrics as ClassificationMetrics;
    return [
      {
        name: "accuracy",
        value: found(own.accuracy, formatShare),
        beside: beside(found(base.accuracy, formatShare)),
      },
      { name: "log loss", value: found(own.logLoss, number), beside: beside(found(base.logLoss, number)) },
      { name: "F1", value: found(own.f1, number), beside: beside(found(base.f1, number)) },
    ];
  }
  const base = measured.baseline.metrics as RegressionMetrics;
  return [
    { name: "R²", value: found(own.r2, number), beside: beside(found(base.r2, number)) },
    { name: "RMSE", value: found(own.rmse, number), beside: beside(found(base.rmse, number)) },
    { name: "MAE", value: found(own.mae, number), beside: beside(found(base.mae, number)) },
  ];
}

export interface Contents {
  readonly id: string;
  readonly title: string;
}

export function header(
  result: Result,
  landscape: Html,
  contents: readonly Contents[],
  metricsFigure: Html,
): Html {
  const { prepared, chosen, measured, table, interrupted } = result;
  const { estimator, divergence } = chosen.trained;
  const { task, targetScale } = prepared;
  const standardised =
    task.kind === "regression" && targetScale !== null
      ? `; y is ${task.target} standardised, (y − ${formatNumber(targetScale.mean)}) / ${formatNumber(targetScale.deviation)}`
      : "";
  const objective = `The objective in force: ${estimator.objective}, which came to ${formatNumber(estimator.objectiveValue)}${standardised}.`;
  const warnings = [
    ...(divergence === null ? [] : ["The training ran away; these are the best weights that it met."]),
    ...(interrupted
      ? ["The training was interrupted; these are the best weights that it met until then."]
      : []),
    ...(measured.sample === null
      ? []
      : [`Measured since then: ${describeSample(prepared, measured.sample)}.`]),
    ...(beatsBaseline(measured)
      ? []
      : [
          "It is no better than the baseline: either the columns say nothing about the target, or the training fell short.",
        ]),
  ];
  const figures = tiles(result).map(
    ({ name, value, beside }) =>
      `<div class="tile"><dt>${text(name)}</dt><dd><div class="value">${text(value)}</div><div class="beside">${text(beside)}</div></dd></div>`,
  );
  const links = contents.map(({ id, title }) => `<li><a href="#${id}">${text(title)}</a></li>`);
  return `<header><div>
<p class="eyebrow">Report of a training · ${text(basename(table.path))} · ${formatCount(table.rows)} rows</p>
<h1>${text(task.target)}</h1>
<p class="lead">${text(sentence(result))}</p>
${warnings.map((warning) => `<p class="warning">${text(warning)}</p>`).join("")}
<dl class="tiles">${figures.join("")}</dl>
<p>${text(objective)}</p>
<nav aria-label="Contents"><ul>${links.join("")}</ul></nav>
${metricsFigure}
</div>${landscape}</header>`;
}
