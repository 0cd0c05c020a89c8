/** Predicting without looking at any column: what a model must beat to be worth anything. */
import type { Baseline } from "./card.ts";
import type { Predictions } from "./predictions.ts";
import type { Prepared } from "./prepared.ts";

/** A baseline that was not measured yet. */
export type BaselineRule =
  | Omit<Extract<Baseline, { kind: "mean" }>, "metrics">
  | Omit<Extract<Baseline, { kind: "majority" }>, "metrics">;

/** The mean of the training rows' targets, or their most frequent class with the shares of all. */
export function baselineRule({ task, train, targetScale }: Prepared): BaselineRule {
  if (task.kind === "regression") return { kind: "mean", value: targetScale?.mean ?? 0 };
  const counts = new Array<number>(task.classes.length).fill(0);
  for (const index of train.y) counts[index] = (counts[index] ?? 0) + 1;
  return {
    kind: "majority",
    value: counts.indexOf(Math.max(...counts)),
    shares: counts.map((count) => count / train.rows),
  };
}

/** What the baseline says about any rows. */
export function predictBaseline(rule: BaselineRule, rows: number): Predictions {
  if (rule.kind === "mean") return { kind: "regression", values: new Float64Array(rows).fill(rule.value) };
  const { shares, value } = rule;
  const probabilities = new Float64Array(rows * shares.length);
  for (let row = 0; row < rows; row++) probabilities.set(shares, row * shares.length);
  return { kind: "classification", classes: new Int32Array(rows).fill(value), probabilities };
}
