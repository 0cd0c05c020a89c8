/** What the model is made of. */
import { featureNames } from "downhill-model/plan";
import type { Result } from "../../training/keep.ts";
import { formatCount, formatNumber, formatSigned } from "../../terminal/numbers.ts";
import { LinearRegression, LogisticRegression } from "downhill/learn";
import { type Bar, bars } from "../charts/bars.ts";
import { numbered, weave } from "../charts/heat.ts";
import { histogram } from "../charts/scatter.ts";
import { details, figure, grid, type Html, section, table, text } from "../html.ts";
import { isNetwork, type NetworkParameters, type Parameters } from "../measure/loss.ts";
import type { Evidence } from "../measure/measure.ts";
import type { Weight } from "../../training/weights.ts";

const mostBars = 20;
const mostRows = 300;
/** Classes whose weights can be seen beside each other. */
const mostClasses = 20;
/** Cells of a heat map; more would be a large file, and too small to be seen. */
const mostCells = 6000;
const mostCellRows = 24;

/** What a weight changes. */
function effectOf({ prepared }: Result): string {
  const { task } = prepared;
  if (task.kind === "regression") return `the predicted ${task.target}`;
  if (task.classes.length === 2) return `the log-odds of ${String(task.classes[1])}`;
  return "the score of the class";
}

/** The prediction where every column is zero, in its own unit: one for each class or output. */
export function interceptsOf({ chosen, prepared }: Result, weights: readonly Weight[]): number[] {
  const { estimator } = chosen.trained;
  if (!(estimator instanceof LinearRegression || estimator instanceof LogisticRegression)) return [];
  const { plan, targetScale } = prepared;
  const means = new Map(
    plan.columns.flatMap((column) =>
      column.encoding === "number" && column.standardised ? [[column.name, column.mean] as const] : [],
    ),
  );
  return Array.from(estimator.intercept.data, (value, output) => {
    const own = value * (targetScale?.deviation ?? 1) + (targetScale?.mean ?? 0);
    return weights
      .filter(({ classIndex }) => (classIndex ?? 0) === output)
      .reduce((sum, { feature, perUnit }) => sum - perUnit * (means.get(feature) ?? 0), own);
  });
}

function unitText(result: Result, { feature, perUnit }: Weight): string {
  const column = result.prepared.plan.columns.find(({ name }) => name === feature);
  const number = formatSigned(perUnit, 4);
  if (column?.encoding !== "number") return `${number} if so`;
  return column.holds === "date" ? `${number} a day` : number;
}

function classNames({ prepared }: Result): string[] {
  const { task } = prepared;
  return task.kind === "classification" ? task.classes.map(String) : [];
}

function weightTable(result: Result, weights: readonly Weight[]): Html {
  const names = classNames(result);
  const isMulticlass = names.length > 2;
  const shown = weights.slice(0, mostRows);
  const intercepts = interceptsOf(result, weights);
  const rest = weights.length - shown.length;
  const rows = [
    ...shown.map((weight) => [
      text(weight.feature),
      ...(isMulticlass ? [text(names[weight.classIndex ?? 0]!)] : []),
      formatSigned(weight.perDeviation, 4),
      text(unitText(result, weight)),
    ]),
    ...intercepts.map((value, output) => [
      "intercept",
      ...(isMulticlass ? [text(names[output]!)] : []),
      "",
      text(formatSigned(value, 4)),
    ]),
  ];
  return details(
    `All weights in the columns' own units${rest > 0 ? `: the ${mostRows} largest of ${formatCount(weights.length)}, and the intercept` : ""}`,
    table(
      `Change of ${effectOf(result)}`,
      [
        { title: "feature" },
        ...(isMulticlass ? [{ title: "class" }] : []),
        { title: "per standard deviation", isNumber: true },
        { title: "per unit", isNumber: true },
      ],
      rows,
    ),
  );
}

function weightBars(result: Result, weights: readonly Weight[]): Html {
  const shown = weights.filter(({ perDeviation }) => perDeviation !== 0).slice(0, mostBars);
  const rest = weights.length - shown.length;
  return figure(
    "Weights",
    bars(
      shown.map((weight): Bar => ({
        name: weight.feature,
        value: weight.perDeviation,
        text: formatSigned(weight.perDeviation),
        tip: `${weight.feature}: ${formatSigned(weight.perDeviation, 4)} per standard deviation, ${unitText(result, weight)} per unit`,
      })),
      `Weights of the columns: change of ${effectOf(result)} per standard deviation`,
    ),
    text(
      `By how much ${effectOf(result)} changes when a column grows by one standard deviation and the others stay${rest > 0 ? `; ${formatCount(rest)} smaller ones are in the table below` : ""}. Columns that tell nearly the same share their weight, or pull against each other.`,
    ),
  );
}

function weightMatrix(result: Result, weights: readonly Weight[]): Html {
  const names = classNames(result);
  const strongest = new Map<string, number>();
  for (const { feature, perDeviation } of weights)
    strongest.set(feature, Math.max(strongest.get(feature) ?? 0, Math.abs(perDeviation)));
  const features = [...strongest].sort((a, b) => b[1] - a[1]).map(([feature]) => feature);
  const shown = features.slice(0, mostCellRows);
  const rest = features.length - shown.length;
  const at = new Map(
    weights.map(({ feature, classIndex, perDeviation }) => [`${classIndex ?? 0} ${feature}`, perDeviation]),
  );
  const value = (row: number, column: number): number => at.get(`${column} ${shown[row]!}`) ?? 0;
  const most = strongest.get(shown[0] ?? "") ?? 1;
  return figure(
    "Weights",
    numbered(
      { rows: shown.length, columns: names.length, at: value },
      { rows: shown, columns: names },
      {
        name: `Weights of the columns for each class, per standard deviation`,
        xName: "class",
        yName: "column",
        text: (weight) => (names.length > 6 ? "" : formatNumber(weight, 2)),
        strength: (row, column) => (most === 0 ? 0 : value(row, column) / most),
        tip: (row, column) => `${shown[row]!}, ${names[column]!}: ${formatSigned(value(row, column), 4)}`,
      },
    ),
    text(
      `By how much the score of each class changes when a column grows by one standard deviation; the class with the highest score is predicted${rest > 0 ? `. ${formatCount(rest)} columns with smaller weights are in the table below` : ""}.`,
    ),
  );
}

function layerFigure({ layers }: NetworkParameters, i: number): Html {
  const { kernel } = layers[i]!;
  const [rows = 0, columns = 0] = kernel.shape;
  const values = Array.from(kernel.data);
  const name = i === layers.length - 1 ? "Output layer" : `Hidden layer ${i + 1}`;
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const isDrawn = values.length <= mostCells;
  const at = (row: number, column: number): number => values[row * columns + column]!;
  const below = i === 0 ? "feature →" : "unit below →";
  const above = i === layers.length - 1 ? "output →" : "unit →";
  // Lying on its longer side.
  const [lying, sides] =
    rows > columns
      ? [
          { rows: columns, columns: rows, at: (row: number, column: number) => at(column, row) },
          { x: below, y: above },
        ]
      : [
          { rows, columns, at },
          { x: above, y: below },
        ];
  const matrix = isDrawn ? weave(lying, most, `Weights of ${name.toLowerCase()} as colours`, sides) : "";
  // A sample of many weights has the same shape.
  const each = Math.ceil(values.length / 100_000);
  return figure(
    name,
    histogram(each === 1 ? values : values.filter((_, at) => at % each === 0), {
      name: `How often each size of weight occurs in ${name.toLowerCase()}`,
      xName: "weight",
      yName: "weights",
      height: 190,
    }) + matrix,
    text(
      `${formatCount(rows)} × ${formatCount(columns)} weights from ${formatNumber(Math.min(...minMax(values)), 3)} to ${formatNumber(Math.max(...minMax(values)), 3)}, root mean square ${formatNumber(size, 3)}.${each > 1 ? ` The histogram counts every ${each}th of them.` : ""}${isDrawn ? " Colours: blue above zero, orange below." : " They are too many for a map of colours."}`,
    ),
  );
}

const minMax = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );

function importanceFigure(result: Result): Html {
  const { importances } = result.measured;
  const shown = importances.filter(({ importance }) => importance > 0).slice(0, mostBars);
  if (shown.length === 0) return "";
  const loss = result.prepared.task.kind === "regression" ? "squared error" : "log loss";
  const rest = importances.length - shown.length;
  const where = result.prepared.validation === null ? "training rows" : "rows held out";
  return figure(
    "What the loss hangs on",
    bars(
      shown.map(({ feature, importance }): Bar => ({
        name: feature,
        value: importance,
        text: formatSigned(importance),
        tip: `${feature}: ${formatSigned(importance, 4)}`,
      })),
      `Rise of the ${loss} when a column's cells are shuffled`,
    ),
    text(
      `By how much the ${loss} of the ${where} rises when a column's cells are dealt out at random${rest > 0 ? `; ${formatCount(rest)} ${rest === 1 ? "column matters" : "columns matter"} less or not at all` : ""}.`,
    ),
  );
}

export function weightsSection(result: Result, { weights }: Evidence): Html {
  const parameters = result.chosen.trained.estimator.parameters as Parameters;
  if (isNetwork(parameters)) {
    const { layers } = parameters;
    const shown = layers.slice(0, 8);
    const content = grid(importanceFigure(result), ...shown.map((_, i) => layerFigure(parameters, i)));
    return section({ id: "weights", title: "What it is made of", content });
  }
  const own = weights ?? [];
  const classes = classNames(result).length;
  const picture =
    classes <= 2 ? weightBars(result, own) : classes <= mostClasses ? weightMatrix(result, own) : "";
  return section({
    id: "weights",
    title: "What it is made of",
    content: grid(picture, importanceFigure(result)) + weightTable(result, own),
  });
}

export const featureCount = (result: Result): number => featureNames(result.prepared.plan).length;
