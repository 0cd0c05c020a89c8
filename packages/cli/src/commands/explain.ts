/** `downhill explain`: how a model comes to its prediction for a row, and how each weight hangs on the mistake. */
import { ArgumentError } from "downhill";
import {
  explainModel,
  explainPrediction,
  formulasLatex,
  formulasText,
  predictionText,
} from "downhill/explain";
import type { ExplainOptions, PredictionExplanation, TextOptions } from "downhill/explain";
import type { Card } from "downhill-model/card";
import { dtypeFor } from "downhill-model/dtype";
import { rowLosses } from "downhill-model/losses";
import { summarisePlan } from "downhill-model/plan";
import { predictRows } from "downhill-model/predictions";
import { modelNames } from "downhill-model/recipe";
import type { ExplainArguments } from "../arguments/explain.ts";
import { openOptions } from "../arguments/reading.ts";
import {
  applyPreprocessing,
  findColumn,
  locateRow,
  openTable,
  readRow,
  rowsWithTarget,
} from "../data/index.ts";
import type { Row, Table } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exitCodes.ts";
import { toJson } from "../formula/json.ts";
import { readModel } from "../model/readModel.ts";
import type { Model } from "../model/readModel.ts";
import { describeGaps } from "../report/gaps.ts";
import { labelled } from "../report/layout.ts";
import { formatCount } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";

/** Of a step, for models that were trained without steps. */
const defaultRate = 0.01;

/** The row with the largest loss, from 0; the first one if no true answer is known. */
async function worstRow({ card, estimator }: Model, table: Table): Promise<number> {
  const { preprocessing, targetScale } = card;
  if (findColumn(table, preprocessing.target.column) === null) return 0;
  const rows = await rowsWithTarget(table, preprocessing);
  if (rows.length === 0) return 0;
  const matrix = await applyPreprocessing(preprocessing, table, {
    rows,
    target: true,
    dtype: dtypeFor(card.model),
  });
  const { y } = matrix;
  if (y === null) throw new Error("internal: the target was not read");
  const losses = rowLosses({ y }, predictRows(estimator, matrix, targetScale), targetScale);
  const worst = losses.reduce((best, loss, i) => (loss > (losses[best] ?? NaN) ? i : best), 0);
  return rows[worst] ?? 0;
}

/** What is predicted, as explanations name it. */
function targetOf({ preprocessing: { target }, targetScale }: Card): NonNullable<ExplainOptions["target"]> {
  return {
    name: printable(target.column),
    scale: targetScale,
    ...(target.task === "classification" && {
      classNames: target.classes.map((label) => printable(String(label))),
    }),
  };
}

function explainRow(
  { card, estimator }: Model,
  { features, matrix, unknown }: Row,
  { rate }: ExplainArguments,
): PredictionExplanation {
  const { trainingRows } = card.preprocessing;
  const truth = matrix.y?.[0];
  return explainPrediction(estimator, matrix.x, {
    features,
    target: targetOf(card),
    trainingRows,
    learningRate: rate ?? card.training.learningRate ?? defaultRate,
    ...(unknown === null && truth !== undefined && { truth }),
  });
}

/** The rate of the step that is tried, and where it comes from. */
function describeRate(
  { card }: Model,
  { learningRate }: NonNullable<PredictionExplanation["step"]>,
  rate?: number,
): string {
  const shown = String(Number(learningRate.toPrecision(4)));
  if (rate !== undefined) return `${shown} for the step that is tried below`;
  return card.training.learningRate === null
    ? `${shown} for the step that is tried below (the training had none)`
    : `${shown}, that of the training, for the step that is tried below`;
}

async function heading(
  model: Model,
  table: Table,
  row: number,
  { unknown }: Row,
  { step }: PredictionExplanation,
  options: ExplainArguments,
  terminal: Terminal,
): Promise<string[]> {
  const { card, folder, estimator } = model;
  const { target } = card.preprocessing;
  const place = await locateRow(table, row);
  const line = place.line === undefined ? "" : `, line ${formatCount(place.line)}`;
  const chosen = options.row === undefined && unknown === null ? ", the largest mistake in the table" : "";
  const known =
    unknown === null
      ? ""
      : unknown === "missing"
        ? `; its ${printable(target.column)} is missing, so there is no loss to follow back`
        : `; the table has no column ${printable(target.column)}, so there is no loss to follow back`;
  return [
    ...labelled(
      terminal,
      "Row",
      `${formatCount(row + 1)} of ${printable(table.path)}${line}${chosen}${known}`,
      options.row === undefined ? "--row" : "",
    ),
    ...labelled(
      terminal,
      "Model",
      `${printable(folder)}: ${modelNames[card.model]}; objective ${estimator.objective}`,
    ),
    ...(step === null || options.unit !== undefined
      ? []
      : labelled(terminal, "Rate", describeRate(model, step, options.rate), "--rate")),
  ];
}

/** Names and cells out of the user's data go to the terminal without control characters. */
function printableRow(row: Row): Row {
  const features = row.features.map(({ name, cell, treatment }) => ({
    name: printable(name),
    cell: cell === null ? null : printable(cell),
    treatment,
  }));
  return { ...row, features };
}

function textOptions({ width, colours }: Terminal): TextOptions {
  return {
    width,
    heading: (text) => colours.bold(text),
    faint: (text) => colours.dim(text),
    strong: (text) => colours.cyan(text),
  };
}

function asText(explanation: PredictionExplanation, options: ExplainArguments, terminal: Terminal): string {
  try {
    return predictionText(explanation, {
      ...textOptions(terminal),
      all: options.all === true,
      ...(options.unit !== undefined && { unit: options.unit }),
    });
  } catch (error) {
    if (error instanceof ArgumentError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

/** What the model computes, apart from any row. */
function explainFunction(
  { card, folder, estimator }: Model,
  options: ExplainArguments,
  terminal: Terminal,
): string {
  for (const name of ["row", "unit", "rate"] as const) {
    if (options[name] !== undefined)
      throw new UsageError(`--${name} needs a row`, "write the table behind the model: explain MODEL DATA");
  }
  const { preprocessing } = card;
  const formulas = explainModel(estimator, {
    trainingRows: preprocessing.trainingRows,
    target: targetOf(card),
  });
  if (options.latex === true) return `${formulasLatex(formulas)}\n`;
  if (options.json === true) return `${toJson(formulas)}\n`;
  const columns = summarisePlan(preprocessing).map(printable);
  const lines = [
    ...labelled(
      terminal,
      "Model",
      `${printable(folder)}: ${modelNames[card.model]} for ${printable(card.target)}`,
    ),
    ...columns.flatMap((line, i) => labelled(terminal, i === 0 ? "x" : "", line)),
    "",
    formulasText(formulas, textOptions(terminal)),
    "",
    ...labelled(terminal, "Next", `downhill explain ${printable(folder)} DATA --row N`),
  ];
  return `${lines.join("\n")}\n`;
}

export async function explain(
  folder: string,
  path: string | undefined,
  options: ExplainArguments,
  terminal: Terminal,
): Promise<number> {
  const model = await readModel(folder);
  if (path === undefined) {
    terminal.stdout.write(explainFunction(model, options, terminal));
    return exitCodes.success;
  }
  if (options.latex === true)
    throw new UsageError("--latex writes the model's function", "leave the table out, or write --json");
  const table = await openTable(path, openOptions(options));
  try {
    const { card } = model;
    const place = options.row === undefined ? await worstRow(model, table) : options.row - 1;
    const row = await readRow(card.preprocessing, table, place, dtypeFor(card.model));
    const explanation = explainRow(model, options.json === true ? row : printableRow(row), options);
    if (options.json === true) terminal.stdout.write(`${toJson(explanation)}\n`);
    else {
      const text = asText(explanation, options, terminal);
      const lines = await heading(model, table, place, row, explanation, options, terminal);
      terminal.stdout.write(`${lines.join("\n")}\n\n${text}\n`);
    }
    for (const line of describeGaps(row.matrix, terminal)) terminal.stderr.write(`${line}\n`);
    return exitCodes.success;
  } finally {
    table.close();
  }
}
