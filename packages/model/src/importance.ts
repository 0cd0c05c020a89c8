/** How much of a model's success hangs on each column. */
import { random } from "downhill";
import type { AnyEstimator } from "downhill/learn";
import type { Plan } from "./plan.ts";
import { featureNamesOf } from "./plan.ts";
import type { Card } from "./card.ts";
import { mean, rowLosses } from "./losses.ts";
import { predictRows } from "./predictions.ts";
import type { Prepared, Rows } from "./prepared.ts";
import { thinned } from "./thinned.ts";

export type Importance = Card["importances"][number];

/** More rows would change the numbers by little. */
const mostRows = 2000;

/** The rows with the `count` features from `first` on taken from other rows. */
function withMixed(rows: Rows, first: number, count: number, order: ArrayLike<number>): Rows {
  const width = rows.columns.length;
  const x = rows.x.slice();
  for (let row = 0; row < rows.rows; row++) {
    const from = (order[row] ?? row) * width + first;
    x.set(rows.x.subarray(from, from + count), row * width + first);
  }
  return { ...rows, x };
}

/**
 * By how much the loss per row rises when a column's cells are dealt out to the rows at random (Breiman 2001), for
 * each column that the model sees, greatest first. On the rows held out, if there are any.
 */
export function importances(
  estimator: AnyEstimator,
  plan: Plan,
  { train, validation, targetScale }: Pick<Prepared, "train" | "validation" | "targetScale">,
  seed: number,
): Importance[] {
  const rows = thinned(validation ?? train, mostRows);
  const lossOf = (of: Rows): number =>
    mean(rowLosses(of, predictRows(estimator, of, targetScale), targetScale));
  const whole = lossOf(rows);
  const order = random.permutation(random.key(seed), rows.rows).data;
  let first = 0;
  const found = plan.columns.map((column): Importance => {
    const count = featureNamesOf(column).length;
    const importance = lossOf(withMixed(rows, first, count, order)) - whole;
    first += count;
    return { feature: column.name, importance };
  });
  return found.sort((a, b) => b.importance - a.importance);
}
