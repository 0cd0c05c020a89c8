/** How much of a model's success hangs on each column. */
import { astype, matmul, random, tensor } from "downhill";
import type { AnyEstimator } from "downhill/learn";
import { behindFirstLayer } from "./behindFirstLayer.ts";
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

/** So few features are multiplied again for each column sooner than a program for fewer of them is compiled. */
const fewFeatures = 100;

/** A model with what it is given, in a form in which a change of one feature changes few numbers. */
interface Subject {
  readonly model: AnyEstimator;
  /** Row-major [rows, width]. */
  readonly inputs: Float32Array | Float64Array;
  readonly width: number;
  /** The change of the inputs with each feature, row-major [features, width]; null where these are the features. */
  readonly slopes: Float64Array | null;
}

function subjectOf(model: AnyEstimator, { x, rows, columns }: Rows): Subject {
  const features = columns.length;
  const whole = { model, inputs: x, width: features, slopes: null };
  if (features <= fewFeatures) return whole;
  const { weights, rest } = behindFirstLayer(model);
  const width = weights.shape[1] ?? 0;
  if (width >= features) return whole;
  const slopes = astype(weights, "float64");
  const X = tensor(x, { shape: [rows, features], dtype: "float64" });
  return {
    model: rest,
    inputs: matmul(X, slopes).data as Float64Array,
    width,
    slopes: slopes.data as Float64Array,
  };
}

/** The inputs with the `count` features from `first` on taken from other rows. */
function mixed(
  { inputs, width, slopes }: Subject,
  { x, rows, columns }: Rows,
  order: ArrayLike<number>,
  [first, count]: readonly [first: number, count: number],
): Float32Array | Float64Array {
  const features = columns.length;
  const moved = inputs.slice();
  for (let row = 0; row < rows; row++) {
    const other = order[row] ?? row;
    for (let feature = first; feature < first + count; feature++) {
      const given = x[other * features + feature] ?? NaN;
      if (slopes === null) {
        moved[row * width + feature] = given;
        continue;
      }
      const change = given - (x[row * features + feature] ?? NaN);
      if (change === 0) continue;
      for (let i = 0; i < width; i++) {
        const at = row * width + i;
        moved[at] = (moved[at] ?? NaN) + change * (slopes[feature * width + i] ?? NaN);
      }
    }
  }
  return moved;
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
  const subject = subjectOf(estimator, rows);
  const lossOf = (x: Float32Array | Float64Array): number => {
    const given = { x, rows: rows.rows, columns: { length: subject.width } };
    return mean(rowLosses(rows, predictRows(subject.model, given, targetScale), targetScale));
  };
  const whole = lossOf(subject.inputs);
  const order = random.permutation(random.key(seed), rows.rows).data;
  let first = 0;
  const found = plan.columns.map((column): Importance => {
    const count = featureNamesOf(column).length;
    const importance = lossOf(mixed(subject, rows, order, [first, count])) - whole;
    first += count;
    return { feature: column.name, importance };
  });
  return found.sort((a, b) => b.importance - a.importance);
}
