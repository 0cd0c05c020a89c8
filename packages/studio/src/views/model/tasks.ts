/** What the worker computes about a model that was opened. */
import type { Card } from "downhill-model/card";
import { featureNames } from "downhill-model/plan";
import { type Predictions, predictRows } from "downhill-model/predictions";
import { beside, encodeColumn } from "../train/data/encode.ts";
import { modelOf, type OpenedModel } from "./parts.ts";

export type Cell = string | number | null;

export interface ModelQuestion {
  /** Of the model's folder. */
  readonly files: readonly File[];
  /** Tells them from others, also where a question is compared as text: files are not text. */
  readonly key: string;
}

export interface ModelAnswer {
  readonly card: Omit<Card, "estimator">;
  /** Of each epoch. */
  readonly history: {
    readonly epoch: readonly number[];
    readonly loss: readonly number[];
    readonly validation: readonly number[];
  };
}

let last: { readonly key: string; readonly model: Promise<OpenedModel> } | undefined;

/** Reads it once. */
const kept = ({ files, key }: ModelQuestion): Promise<OpenedModel> => {
  if (last?.key !== key) last = { key, model: modelOf(files) };
  return last.model;
};

const columnOf = (history: string, name: string): number[] => {
  const [header = "", ...lines] = history.trim().split("\n");
  const place = header.split(",").indexOf(name);
  return place < 0 ? [] : lines.map((line) => Number(line.split(",")[place] || NaN));
};

/** Reads a model. */
export const open = async (question: ModelQuestion): Promise<ModelAnswer> => {
  const { card, history } = await kept(question);
  const { estimator: _, ...told } = card;
  return {
    card: told,
    history: {
      epoch: columnOf(history, "epoch"),
      loss: columnOf(history, "loss"),
      validation: columnOf(history, "validation_loss"),
    },
  };
};

export interface AnswerQuestion extends ModelQuestion {
  /** What stands in the columns of the row; what is left out is missing. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** The column of numbers along which the answers are to be seen, and from where to where. */
  readonly along: { readonly name: string; readonly range: readonly [number, number] } | undefined;
}

export interface Answers {
  /** Of the row: the prediction in the target's unit, or the probability of each class. */
  readonly row: readonly number[];
  /** The same along a column: of numbers one curve, of classes one each. */
  readonly along: { readonly positions: Float64Array; readonly curves: readonly Float64Array[] } | undefined;
}

const points = 161;

const outputsOf = (predictions: Predictions, rows: number): Float64Array[] => {
  if (predictions.kind === "regression") return [predictions.values];
  const { probabilities } = predictions;
  const classes = probabilities.length / rows;
  return Array.from({ length: classes }, (_, k) =>
    Float64Array.from({ length: rows }, (__, row) => probabilities[row * classes + k]!),
  );
};

/** What the model says about a row, and what it would say if one number of it were another. */
export const answers = async ({ cells, along, ...model }: AnswerQuestion): Promise<Answers> => {
  const { card, estimator } = await kept(model);
  const plan = card.preprocessing;
  const columns = featureNames(plan);
  const predicted = (rows: number, cellsOf: (name: string) => readonly Cell[]): Float64Array[] => {
    const numbers = Array.from({ length: rows }, (_, row) => row);
    const blocks = plan.columns.map((column) =>
      encodeColumn(column, { cells: cellsOf(column.name) }, numbers),
    );
    return outputsOf(
      predictRows(estimator, { x: beside(blocks, rows), rows, columns }, card.targetScale),
      rows,
    );
  };
  const row = predicted(1, (name) => [cells[name] ?? null]).map(([value]) => value!);
  if (along === undefined) return { row, along };
  const [low, high] = along.range;
  const positions = Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
  const curves = predicted(points, (name) =>
    name === along.name ? Array.from(positions) : new Array<Cell>(points).fill(cells[name] ?? null),
  );
  return { row, along: { positions, curves } };
};
