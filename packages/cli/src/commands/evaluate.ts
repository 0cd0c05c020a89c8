/** `downhill evaluate`: how good a model is on a table that holds the true answers. */
import { predictBaseline } from "downhill-model/baseline";
import type { Card } from "downhill-model/card";
import { dtypeFor } from "downhill-model/dtype";
import { metricsOf } from "downhill-model/metrics";
import { predictRows } from "downhill-model/predictions";
import { takingTurns } from "downhill-model/turns";
import type { Matrix } from "downhill-model/prepared";
import { modelNames } from "downhill-model/recipe";
import { openOptions } from "../arguments/reading.ts";
import type { EvaluateArguments } from "../arguments/use.ts";
import { applyPreprocessing, DataError, openTable, rowsWithTarget } from "../data/index.ts";
import type { Table } from "../data/index.ts";
import { exitCodes } from "../exitCodes.ts";
import { readModel } from "../model/readModel.ts";
import { confusionTable } from "../report/confusion.ts";
import { describeGaps } from "../report/gaps.ts";
import { indent, labelled } from "../report/layout.ts";
import { baselineTitle, metricsTable } from "../report/metricsTable.ts";
import { plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";

/** The rows to measure on; undefined for all. */
async function labelledRows(
  { preprocessing }: Card,
  table: Table,
  { dropMissingTarget }: EvaluateArguments,
): Promise<Uint32Array | undefined> {
  if (dropMissingTarget !== true) return undefined;
  const rows = await rowsWithTarget(table, preprocessing);
  if (rows.length > 0) return rows;
  const target = preprocessing.target.column;
  throw new DataError(
    `${table.path}: target ${JSON.stringify(target)} is missing in every row`,
    "to measure a model, the table must hold the true answers",
    { file: table.path, column: target },
  );
}

async function report(
  { card, folder }: { card: Card; folder: string },
  table: Table,
  matrix: Matrix & { y: NonNullable<Matrix["y"]> },
  predictions: ReturnType<typeof predictRows>,
  terminal: Terminal,
): Promise<string[]> {
  const turn = takingTurns();
  const { target } = card.preprocessing;
  const { y, rows } = matrix;
  const left = table.rows - rows;
  const size = `${plural(rows, "row")}${left === 0 ? "" : `, ${plural(left, "row")} without target left out`}`;
  await turn();
  const own = metricsOf(y, predictions);
  await turn();
  const baseline = metricsOf(y, predictBaseline(card.baseline, rows));
  await turn();
  const columns = [
    { title: "model", metrics: own },
    { title: baselineTitle(card.baseline, target), metrics: baseline },
  ];
  const confusion =
    predictions.kind === "classification" && target.task === "classification"
      ? ["", ...indent(confusionTable(target.classes, y as Int32Array, predictions.classes, terminal))]
      : [];
  return [
    ...labelled(
      terminal,
      "Model",
      `${printable(folder)}: ${modelNames[card.model]} for ${printable(target.column)}`,
    ),
    ...labelled(terminal, "Data", `${printable(table.path)}: ${size}`),
    "",
    ...indent(metricsTable(columns, printable(target.column), { ...terminal, width: terminal.width - 2 })),
    ...confusion,
  ];
}

export async function evaluate(
  folder: string,
  path: string,
  options: EvaluateArguments,
  terminal: Terminal,
): Promise<number> {
  const model = await readModel(folder);
  const { card, estimator } = model;
  const table = await openTable(path, openOptions(options));
  try {
    const rows = await labelledRows(card, table, options);
    const matrix = await applyPreprocessing(card.preprocessing, table, {
      target: true,
      dtype: dtypeFor(card.model),
      ...(rows === undefined ? {} : { rows }),
    });
    const { y } = matrix;
    if (y === null) throw new Error("internal: the target was not read");
    const predictions = predictRows(estimator, matrix, card.targetScale);
    const lines = await report(model, table, { ...matrix, y }, predictions, terminal);
    terminal.stdout.write(`${lines.join("\n")}\n`);
    for (const line of describeGaps(matrix, terminal)) terminal.stderr.write(`${line}\n`);
    return exitCodes.success;
  } finally {
    table.close();
  }
}
