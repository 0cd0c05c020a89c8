/**
 * What makes trainings run away. Each cause is looked for in the numbers, the rarer and more definite ones first, and names
 * the change of the training that would take it away.
 */
import { full } from "../../functions/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { stepRule } from "../automatic-rate.ts";
import { batchOfRows } from "../batches.ts";
import type { Batch } from "../loss.ts";
import { compiledLoss } from "../loss.ts";
import { anatomyOf, gainsOf, rowsToExamine } from "./anatomy.ts";
import { columnStatistics } from "../column-statistics.ts";
import { outliersOf, standardisedColumns } from "./columns.ts";
import type { Cause } from "./diagnosis.ts";
import { like } from "./like.ts";
import { borderOf, type Change, type Scene } from "./scene.ts";
import type { Trouble } from "./trouble.ts";
import { leavesOf } from "../../optim/tree.ts";
import { contraction, stableRate, type StepRule } from "../../curvature/stable-rate.ts";

type Named<K extends Cause["kind"]> = Omit<Extract<Cause, { kind: K }>, "trial">;

/** A cause with the change that would take it away. */
export interface Suspicion<P extends object> {
  readonly cause: { [K in Cause["kind"]]: Named<K> }[Cause["kind"]];
  readonly change: Change<P>;
}

type Suspect = <P extends object>(scene: Scene<P>, trouble: Trouble<P>) => Suspicion<P> | undefined;

/** Columns of this size are what standardising is for; those of standardised ones are 1. */
const large = 10;

const without = (data: Batch, rows: readonly number[]): Batch => {
  const others = Array.from({ length: data.X.shape[0]! }, (_, row) => row).filter(
    (row) => !rows.includes(row),
  );
  return batchOfRows(data, others);
};

/** A cell that is absurdly large, among the columns or the targets. */
const outlier: Suspect = ({ question: { data }, numbers }) => {
  const targets =
    isFloating(data.Y.dtype) && data.Y.rank === 1 ? [{ table: data.Y, column: 0, name: -1 }] : [];
  const columns = Array.from({ length: data.X.shape[1]! }, (_, column) => ({
    table: data.X,
    column,
    name: column,
  }));
  const found = [...columns, ...targets].flatMap(({ table, column, name }) => {
    const outliers = outliersOf(table, column);
    return outliers === undefined ? [] : [{ ...outliers, column: name }];
  });
  const farthest = found.sort((a, b) => Math.abs(b.value - b.median) - Math.abs(a.value - a.median))[0];
  if (farthest === undefined) return undefined;
  const { rows, column, value, median, deviation } = farthest;
  const row = rows[0]!;
  return {
    cause: {
      kind: "outlier",
      column,
      row: numbers === undefined ? row : numbers[row]!,
      value,
      median,
      deviation,
      count: rows.length,
    },
    change: {
      data: without(
        data,
        found.flatMap((one) => one.rows),
      ),
    },
  };
};

/** Targets that are so large, or so far from 0, that the first steps are. */
const targetScale: Suspect = ({ question: { data } }) => {
  if (!isFloating(data.Y.dtype)) return undefined;
  const statistics = columnStatistics(data.Y);
  const { mean, deviation, size } = statistics.sort((a, b) => b.size - a.size)[0]!;
  if (size <= large) return undefined;
  return {
    cause: { kind: "targetScale", mean, deviation },
    change: { data: { ...data, Y: standardisedColumns(data.Y, like(data.Y)) } },
  };
};

const unscaledColumn: Suspect = (scene) => {
  const { data } = scene.question;
  const statistics = columnStatistics(data.X);
  const sizes = statistics.map(({ size }) => size);
  const column = sizes.indexOf(Math.max(...sizes));
  const { mean, deviation, size } = statistics[column]!;
  if (size <= large) return undefined;
  const change = { data: { ...data, X: standardisedColumns(data.X, like(data.X)) } };
  return {
    cause: {
      kind: "unscaledColumn",
      column,
      mean,
      deviation,
      count: sizes.filter((other) => other > large).length,
      border: borderOf(scene),
      scaledBorder: borderOf(scene, change),
      rate: scene.rate,
    },
    change,
  };
};

/** A start other than the one that the model would draw itself. */
const initialWeights: Suspect = (scene) => {
  const { data, loss } = scene.question;
  const { parameters, untrained } = scene.again({});
  if (parameters === untrained) return undefined;
  const lossOf = compiledLoss(loss);
  const [value, untrainedLoss] = [lossOf(parameters, data).item(), lossOf(untrained, data).item()];
  if (value <= 10 * untrainedLoss) return undefined;
  const rows = Math.min(data.X.shape[0]!, rowsToExamine(leavesOf("diagnosis", parameters)));
  const batch = batchOfRows(
    data,
    Int32Array.from({ length: rows }, (_, row) => row),
  );
  return {
    cause: {
      kind: "initialWeights",
      loss: value,
      untrainedLoss,
      gains: gainsOf(anatomyOf(loss, parameters, batch).layers),
    },
    change: { parameters: untrained },
  };
};

/** Rate times curvature at the border. */
const borderFactor = (rule: StepRule): number => stableRate(1, rule);

/** The curvature of the penalty alone sets a border: the weights of a penalty too strong for the rate overshoot 0. */
const penalty: Suspect = (scene, { suggestedRate }) => {
  const { data } = scene.question;
  const rule = stepRule(scene.question);
  const curvature = 2 * data.penalty.item();
  if (rule === undefined || curvature === 0) return undefined;
  const product = scene.rate * curvature;
  const limit = borderFactor(rule);
  if (product <= limit) return undefined;
  return {
    cause: {
      kind: "penalty",
      rate: scene.rate,
      curvature,
      product,
      limit,
      suggestedRate: suggestedRate ?? limit / 2 / curvature,
    },
    change: { data: { ...data, penalty: full([], 0, { dtype: data.penalty.dtype }) } },
  };
};

/** Nesterov's momentum overshoots earlier than plain steps do. */
const momentum: Suspect = (scene, { suggestedRate }) => {
  const { question, rate } = scene;
  if (question.solver !== "nesterov" && question.solver !== "momentum") return undefined;
  const border = borderOf(scene);
  const plainBorder = borderOf({ ...scene, question: { ...question, solver: "sgd" } });
  if (border === undefined || plainBorder === undefined || suggestedRate === undefined) return undefined;
  if (rate <= border || rate >= plainBorder) return undefined;
  return {
    cause: {
      kind: "momentum",
      rate,
      momentum: question.settings.momentum,
      plainBorder,
      border,
      suggestedRate,
    },
    change: { solver: "sgd" },
  };
};

/** How many batches of a table are looked at for the sharpest. */
const batchesExamined = 16;

/** A rate that all rows together would bear, and some batches alone do not. */
const smallBatch: Suspect = (scene, { suggestedRate }) => {
  const { question, rate } = scene;
  const { data, batchSize } = question;
  const rows = data.X.shape[0]!;
  if (batchSize >= rows || suggestedRate === undefined) return undefined;
  const border = borderOf(scene);
  if (border === undefined || rate > border) return undefined;
  // Batches of rows far from the middle are the sharpest: the rows in the order of their length.
  const { data: values, shape } = data.X;
  const length = (row: number): number => {
    let squares = 0;
    for (let i = row * shape[1]!; i < (row + 1) * shape[1]!; i++) squares += values[i]! ** 2;
    return squares;
  };
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => length(b) - length(a));
  let batchBorder = Infinity;
  for (let i = 0; i < Math.min(batchesExamined, Math.floor(rows / batchSize)); i++) {
    const batch = batchOfRows(data, order.slice(i * batchSize, (i + 1) * batchSize));
    batchBorder = Math.min(batchBorder, borderOf(scene, { data: batch }) ?? Infinity);
  }
  if (rate <= batchBorder) return undefined;
  return {
    cause: { kind: "smallBatch", rate, batchSize, border, batchBorder, suggestedRate },
    change: { batchSize: rows },
  };
};

/** A rate above the border, or above what the range test finds. */
const rateTooHigh: Suspect = ({ question, rate }, { stableRate: border, suggestedRate, losses }) => {
  if (suggestedRate === undefined) return undefined;
  const rule = stepRule(question) ?? {};
  const { momentum: beta = 0, nesterov = false } = rule;
  const factor = borderFactor(rule);
  const isWhole = question.batchSize >= question.data.X.shape[0]!;
  // Losses are squares of errors, which the steps multiply.
  const predicted = border === undefined ? NaN : contraction((rate * factor) / border, rule).factor ** 2;
  const measured = losses.at(-1)! / losses.at(-2)!;
  return {
    cause: {
      kind: "rate",
      rate,
      suggestedRate,
      border,
      sharpness: border === undefined ? undefined : factor / border,
      momentum: beta,
      nesterov,
      solver: question.solver,
      growth: isWhole && measured > 1 && predicted > 1 ? { predicted, measured } : undefined,
    },
    change: { rate: suggestedRate },
  };
};

/** The more definite ones first: a smaller rate helps against most things. */
export const suspects: readonly Suspect[] = [
  outlier,
  initialWeights,
  penalty,
  unscaledColumn,
  targetScale,
  momentum,
  smallBatch,
  rateTooHigh,
];
