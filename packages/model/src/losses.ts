/** The loss of single rows: what models are compared by. */
import type { Predictions } from "./predictions.ts";
import type { Prepared, Rows } from "./prepared.ts";

/** A probability of zero would weigh infinitely: float32 has no smaller steps below one. */
const leastProbability = 2 ** -24;

/**
 * Of each row, the squared error in units of the target's variance, or −ln of the probability that its class was
 * given.
 */
export function rowLosses(
  { y }: Pick<Rows, "y">,
  predictions: Predictions,
  targetScale: Prepared["targetScale"],
): Float64Array {
  if (predictions.kind === "regression") {
    const deviation = targetScale?.deviation ?? 1;
    return predictions.values.map((value, row) => ((value - (y[row] ?? NaN)) / deviation) ** 2);
  }
  const { probabilities } = predictions;
  const classes = probabilities.length / y.length;
  return Float64Array.from(y, (index, row) => {
    return -Math.log(Math.max(leastProbability, probabilities[row * classes + index] ?? NaN));
  });
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
