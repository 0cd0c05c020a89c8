/** How good the model is: its metrics, and its predictions beside the truth. */
import { metrics } from "downhill/learn";
import type { Metrics, RegressionMetrics } from "downhill-model/card";
import { sampled } from "downhill-model/measure";
import { predictRows } from "downhill-model/predictions";
import type { Predictions } from "downhill-model/predictions";
import type { Rows } from "downhill-model/prepared";
import { thinned } from "downhill-model/thinned";
import { baselineTitle, metricRows } from "../../report/metricsTable.ts";
import { listed } from "../../report/layout.ts";
import { formatCount, formatNumber, formatShare, plural } from "../../terminal/numbers.ts";
import type { Result } from "../../training/keep.ts";
import { numbered } from "../charts/heat.ts";
import { histogram, scatter, unitCurve } from "../charts/scatter.ts";
import { figure, grid, type Html, paragraph, section, table, text } from "../html.ts";

/** More points would be a blot, and a large file. */
const mostPoints = 1000;

/** Classes whose matrix can be read. */
const mostClasses = 20;

/** Where a model is judged: the rows held out, if there are any. */
function judged({ prepared, measured }: Result): { readonly rows: Rows; readonly name: string } {
  const { validation, train } = measured.sample === null ? prepared : sampled(prepared);
  return validation === null
    ? { rows: train, name: "rows it learnt from (none were held out)" }
    : { rows: validation, name: "rows held out" };
}

export function metricsFigure({ measured, prepared }: Result): Html {
  const { baseline } = measured;
  const { target } = prepared.plan;
  const columns: [string, Metrics][] = [
    ["training", measured.metrics.train],
    ...(measured.metrics.validation === null
      ? []
      : [["held out", measured.metrics.validation] as [string, Metrics]]),
    [baselineTitle(baseline, target), baseline.metrics],
  ];
  const rows = metricRows(measured.metrics.train, target.column).map(({ name, value, format, note }) => [
    `${text(name)}<span class="explains">${text(note)}</span>`,
    ...columns.map(([, found]) => {
      const number = value(found);
      return number === null ? "–" : text(format(number));
    }),
  ]);
  return `<div class="card">${table(
    "The model, and one that looks at no column",
    [{ title: "metric" }, ...columns.map(([title]) => ({ title, isNumber: true }))],
    rows,
  )}</div>`;
}

function regressionFigures(result: Result, rows: Rows, name: string): Html {
  const shown = thinned(rows, mostPoints);
  const { target } = result.prepared.plan;
  const predictions = predictRows(result.chosen.trained.estimator, shown, result.prepared.targetScale);
  if (predictions.kind !== "regression") return "";
  const [actual, predicted] = [Array.from(shown.y), Array.from(predictions.values)];
  const residuals = actual.map((value, row) => value - (predicted[row] ?? NaN));
  const whole = predictRows(result.chosen.trained.estimator, rows, result.prepared.targetScale);
  const allResiduals =
    whole.kind === "regression" ? Array.from(whole.values, (value, row) => (rows.y[row] ?? NaN) - value) : [];
  const tip = (row: number): string =>
    `actual ${formatNumber(actual[row]!)}, predicted ${formatNumber(predicted[row]!)}`;
  const some =
    shown.rows < rows.rows ? ` ${formatCount(shown.rows)} of ${formatCount(rows.rows)}, evenly spread.` : "";
  const { rmse, mae } = (result.measured.metrics.validation ??
    result.measured.metrics.train) as RegressionMetrics;
  const errors =
    rmse === null || mae === null
      ? ""
      : ` They are ${formatNumber(mae, 3)} from zero on average, ${formatNumber(rmse, 3)} as a root mean square.`;
  return grid(
    figure(
      "Predicted and actual",
      scatter(
        actual.map((value, row) => [value, predicted[row]!] as const),
        {
          name: `Predicted against actual ${target.column}, on ${name}`,
          xName: `actual ${target.column}`,
          yName: `predicted ${target.column}`,
          ideal: "diagonal",
          tip,
        },
      ),
      text(`The ${name}. On the dashed line predictions would be right.${some}`),
    ),
    figure(
      "Residuals",
      scatter(
        predicted.map((value, row) => [value, residuals[row]!] as const),
        {
          name: `Actual minus predicted ${target.column} against predicted, on ${name}`,
          xName: `predicted ${target.column}`,
          yName: "actual − predicted",
          ideal: "zero",
          tip,
        },
      ) +
        histogram(allResiduals, {
          name: `How often each size of residual occurs, on ${name}`,
          xName: "actual − predicted",
          yName: "rows",
          height: 170,
        }),
      text(
        `What is left unexplained.${errors} A shape other than a level band is something that the model does not see.`,
      ),
    ),
  );
}

type Classified = Extract<Predictions, { kind: "classification" }>;

function confusion(
  names: readonly string[],
  actual: Int32Array,
  { classes }: Classified,
  name: string,
): Html {
  const labels = names.map((_, index) => index);
  const { matrix } = metrics.confusionMatrix(actual, classes, { labels });
  const sums = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const right = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const caption = `Of ${plural(actual.length, "row")} ${right} are on the diagonal, where the class was found. Colours are shares of each row of the matrix.`;
  if (names.length > mostClasses) {
    const pairs = matrix
      .flatMap((row, i) => row.map((count, j) => ({ i, j, count })))
      .filter(({ i, j, count }) => i !== j && count > 0)
      .sort((a, b) => b.count - a.count);
    return `<div class="card">${table(
      `Of ${names.length} classes the pairs confused most often, on ${name}`,
      [{ title: "actual" }, { title: "taken for" }, { title: "rows", isNumber: true }],
      pairs.slice(0, 15).map(({ i, j, count }) => [text(names[i]!), text(names[j]!), formatCount(count)]),
    )}</div>`;
  }
  const picture = numbered(
    { rows: names.length, columns: names.length, at: (i, j) => matrix[i]![j]! },
    { rows: names, columns: names },
    {
      name: `Confusion matrix, on ${name}`,
      xName: "predicted",
      yName: "actual",
      text: formatCount,
      strength: (i, j) => ((i === j ? 1 : -1) * matrix[i]![j]!) / Math.max(1, sums[i]!),
      tip: (i, j) => `${names[i]!} taken for ${names[j]!}: ${plural(matrix[i]![j]!, "row")} of ${sums[i]!}`,
    },
  );
  return figure("Confusion", picture, text(caption));
}

function perClass(names: readonly string[], actual: Int32Array, { classes }: Classified): Html {
  const labels = names.map((_, index) => index);
  const scores = metrics.classScores(actual, classes, { labels });
  const shown = scores.slice(0, 60);
  const rest = scores.length - shown.length;
  return `<div class="card">${table(
    `By class${rest > 0 ? ` (the first 60 of ${scores.length})` : ""}`,
    [
      { title: "class" },
      { title: "rows", isNumber: true },
      { title: "precision", isNumber: true },
      { title: "recall", isNumber: true },
      { title: "F1", isNumber: true },
    ],
    shown.map(({ precision, recall, f1, support }, i) => [
      text(names[i]!),
      formatCount(support),
      formatShare(precision),
      formatShare(recall),
      formatNumber(f1, 3),
    ]),
  )}</div>`;
}

const share = (value: number): string => formatShare(value);

function curves(positive: string, actual: Int32Array, scores: Float64Array, name: string): Html {
  const roc = metrics.rocCurve(actual, scores);
  const area = metrics.rocAucScore(actual, scores);
  const found = metrics.precisionRecallCurve(actual, scores);
  const average = metrics.averagePrecisionScore(actual, scores);
  const prevalence = actual.reduce((sum, label) => sum + label, 0) / actual.length;
  const at = (threshold: number | undefined): string =>
    threshold === undefined || threshold === Infinity
      ? ""
      : `from probability ${formatNumber(threshold, 3)}: `;
  return grid(
    figure(
      "ROC curve",
      unitCurve(
        roc.falsePositiveRate.map((x, i) => [x, roc.truePositiveRate[i]!] as const),
        {
          name: `ROC curve for ${positive}, on ${name}: area ${formatNumber(area, 4)}`,
          xName: `others taken for ${positive}`,
          yName: `share of ${positive} found`,
          note: `area ${formatNumber(area, 4)}`,
          chance: [
            [0, 0],
            [1, 1],
          ],
          isStepped: true,
          tips: roc.thresholds.map(
            (threshold, i) =>
              `${at(threshold)}${share(roc.truePositiveRate[i]!)} found, ${share(roc.falsePositiveRate[i]!)} of the others mistaken`,
          ),
        },
      ),
      text(
        `The area is how often a row that is ${positive} gets a higher probability of it than one that is not: 1 is perfect, ½ is chance (dashed).`,
      ),
    ),
    figure(
      "Precision and recall",
      unitCurve(found.recall.map((x, i) => [x, found.precision[i]!] as const).reverse(), {
        name: `Precision against recall for ${positive}, on ${name}: average precision ${formatNumber(average, 4)}`,
        xName: `recall: share of ${positive} found`,
        yName: "precision: share of the found that are right",
        note: `average precision ${formatNumber(average, 4)}`,
        chance: [
          [0, prevalence],
          [1, prevalence],
        ],
        isStepped: true,
        tips: found.recall
          .map(
            (recall, i) =>
              `${at(found.thresholds[i])}recall ${share(recall)}, precision ${share(found.precision[i]!)}`,
          )
          .reverse(),
      }),
      text(`Dashed: the share of ${positive} among all rows, which is the precision of taking any.`),
    ),
  );
}

/** Of two classes the probability of the second one; of more that of the predicted class. */
function calibration(
  names: readonly string[],
  actual: Int32Array,
  predictions: Classified,
  name: string,
): Html {
  const { classes, probabilities } = predictions;
  const count = names.length;
  const isBinary = count === 2;
  const claimed = Float64Array.from(actual, (_, row) =>
    // Rounding may leave a probability a little above 1.
    Math.min(1, probabilities[row * count + (isBinary ? 1 : classes[row]!)]!),
  );
  const truth = Int32Array.from(actual, (label, row) => (isBinary ? label : Number(label === classes[row])));
  const bins = metrics.calibrationCurve(truth, claimed, { nBins: 10 });
  const error = bins.reduce(
    (sum, { probTrue, probPred, count: rows }) =>
      sum + (rows / actual.length) * Math.abs(probTrue - probPred),
    0,
  );
  const what = isBinary ? `probability of ${names[1]!}` : "probability of the predicted class";
  return figure(
    "Calibration",
    unitCurve(
      bins.map(({ probPred, probTrue }) => [probPred, probTrue] as const),
      {
        name: `Calibration on ${name}: share that came true against predicted ${what}`,
        xName: `predicted ${what}`,
        yName: "share that came true",
        note: `off by ${formatShare(error)} on average`,
        chance: [
          [0, 0],
          [1, 1],
        ],
        sizes: bins.map(({ count: rows }) => rows),
        tips: bins.map(
          ({ probPred, probTrue, count: rows }) =>
            `predicted ${share(probPred)}, came true ${share(probTrue)}, ${plural(rows, "row")}`,
        ),
      },
    ),
    text(
      "Rows in ten bins by what was predicted; larger dots are more rows. On the dashed line probabilities hold what they say.",
    ),
  );
}

function classificationFigures(result: Result, rows: Rows, name: string): Html {
  const { task } = result.prepared;
  const predictions = predictRows(result.chosen.trained.estimator, rows, null);
  if (task.kind !== "classification" || predictions.kind !== "classification") return "";
  const names = task.classes.map(String);
  const actual = rows.y as Int32Array;
  const isBinary = names.length === 2;
  const occurring = new Set(actual).size;
  return (
    grid(confusion(names, actual, predictions, name), calibration(names, actual, predictions, name)) +
    (isBinary && occurring === 2
      ? curves(
          names[1]!,
          actual,
          Float64Array.from(actual, (_, row) => predictions.probabilities[row * 2 + 1]!),
          name,
        )
      : "") +
    perClass(names, actual, predictions)
  );
}

export function resultSection(result: Result): Html {
  const { rows, name } = judged(result);
  const unseen = Object.entries(result.prepared.validation?.unseen ?? {}).map(
    ([column, count]) => `${column} (${formatCount(count)})`,
  );
  const note =
    unseen.length === 0
      ? ""
      : paragraph(
          text(
            `Rows held out have categories that no row to learn from has, taken as missing: ${listed(unseen)}.`,
          ),
        );
  const figures =
    result.prepared.task.kind === "regression"
      ? regressionFigures(result, rows, name)
      : classificationFigures(result, rows, name);
  return section({ id: "result", title: "How good it is", content: note + figures });
}
