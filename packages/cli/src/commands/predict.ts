/** `downhill predict`: the rows of a table with a model's predictions beside them. */
import type { Card } from "downhill-model/card";
import { dtypeFor } from "downhill-model/dtype";
import { predictRows } from "downhill-model/predictions";
import type { Predictions } from "downhill-model/predictions";
import type { Matrix } from "downhill-model/prepared";
import { openOptions } from "../arguments/reading.ts";
import type { PredictArguments } from "../arguments/use.ts";
import { applyPreprocessing, openTable, writeTable, writeTableTo } from "../data/index.ts";
import type { ExtraColumn } from "../data/index.ts";
import { exitCodes } from "../exitCodes.ts";
import { readModel } from "../model/readModel.ts";
import { describeGaps } from "../report/gaps.ts";
import { plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";

/** The prediction of each row, and of classes the probability of each. */
function predictionColumns(predictions: Predictions, { preprocessing: { target } }: Card): ExtraColumn[] {
  if (predictions.kind === "regression" || target.task === "regression") {
    const values = predictions.kind === "regression" ? predictions.values : [];
    return [{ name: "prediction", values }];
  }
  const { classes, probabilities } = predictions;
  const labels = target.classes;
  const predicted = Array.from(classes, (index) => labels[index] ?? null);
  return [
    { name: "prediction", values: predicted as ExtraColumn["values"] },
    ...labels.map((label, j) => ({
      name: `probability_${String(label)}`,
      values: Float64Array.from(
        { length: classes.length },
        (_, i) => probabilities[i * labels.length + j] ?? NaN,
      ),
    })),
  ];
}

export async function predict(
  folder: string,
  path: string,
  options: PredictArguments,
  terminal: Terminal,
): Promise<number> {
  const { card, estimator } = await readModel(folder);
  const table = await openTable(path, openOptions(options));
  try {
    const matrix: Matrix = await applyPreprocessing(card.preprocessing, table, {
      dtype: dtypeFor(card.model),
    });
    const predictions = predictRows(estimator, matrix, card.targetScale);
    const extra = predictionColumns(predictions, card);
    const names =
      options.out === undefined
        ? await writeTableTo(terminal.stdout, table, extra)
        : await writeTable(options.out, table, extra);
    // Standard output may hold the rows: notes go beside it.
    for (const line of describeGaps(matrix, terminal)) terminal.stderr.write(`${line}\n`);
    if (options.out !== undefined) {
      terminal.stderr.write(
        `${printable(options.out)}: ${plural(table.rows, "row")}, each with ${names.map(printable).join(", ")}\n`,
      );
    }
    return exitCodes.success;
  } finally {
    table.close();
  }
}
