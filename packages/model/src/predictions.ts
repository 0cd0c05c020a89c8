/** What a trained model says about rows. */
import { tensor, type Tensor } from "downhill";
import type { AnyEstimator, LogisticRegression, MLPClassifier } from "downhill/learn";
import type { Matrix } from "./prepared.ts";
import type { TargetScale } from "./card.ts";

/** Of the models that are kept here, all that tell classes apart know probabilities. */
export function isClassifier(estimator: AnyEstimator): estimator is LogisticRegression | MLPClassifier {
  return "predictProba" in estimator;
}

export type Predictions =
  | {
      readonly kind: "regression";
      /** In the target's unit. */
      readonly values: Float64Array;
    }
  | {
      readonly kind: "classification";
      /** Index of each row's most probable class. */
      readonly classes: Int32Array;
      /** Row-major [rows, classes]. */
      readonly probabilities: Float64Array;
    };

/** What lies between the layers of a network takes memory only for so many rows at a time. */
const rowsAtOnce = 16_384;

/** Position of the greatest of `count` numbers from `start` on; of equals the first. */
function greatest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if ((values[start + i] ?? -Infinity) > (values[start + best] ?? -Infinity)) best = i;
  }
  return best;
}

/** Rows of numbers as models take them; of the columns only their number counts. */
export interface Inputs extends Pick<Matrix, "x" | "rows"> {
  readonly columns: { readonly length: number };
}

/** Predictions for the rows of a matrix whose columns are the features of the model. */
export function predictRows(
  estimator: AnyEstimator,
  { x, rows, columns }: Inputs,
  targetScale: TargetScale | null,
): Predictions {
  const width = columns.length;
  const outputs = isClassifier(estimator) ? estimator.classes.length : 1;
  const values = new Float64Array(rows * outputs);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - start);
    const X = tensor(x.subarray(start * width, (start + count) * width), { shape: [count, width] });
    const predicted = isClassifier(estimator) ? estimator.predictProba(X) : (estimator.predict(X) as Tensor);
    values.set(predicted.data, start * outputs);
  }
  if (!isClassifier(estimator)) {
    const { mean, deviation } = targetScale ?? { mean: 0, deviation: 1 };
    return { kind: "regression", values: values.map((value) => value * deviation + mean) };
  }
  const classes = Int32Array.from({ length: rows }, (_, row) => greatest(values, row * outputs, outputs));
  return { kind: "classification", classes, probabilities: values };
}
