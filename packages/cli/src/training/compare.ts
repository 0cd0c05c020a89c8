/** Which of two models is the better one, as far as the rows held out can tell. */
import { mean } from "downhill-model/losses";

export interface Comparison {
  /** Mean loss per row of either. */
  readonly simple: number;
  readonly complex: number;
  /** By how much the complex one is better, and the standard error of that. */
  readonly gain: number;
  readonly error: number;
  readonly prefersComplex: boolean;
}

/** A gain of less than this many standard errors may well be luck. */
const leastErrors = 2;

/**
 * Compares two models by their losses on the same rows. Most of what makes rows hard is hard for both, so the
 * differences row by row tell far more than the two means. The complex model is preferred only if its mean loss is
 * lower by two standard errors of the mean difference. (A network that stopped where it was best on these very rows
 * has a small advantage that this does not take off.)
 */
export function compare(simple: Float64Array, complex: Float64Array): Comparison {
  const differences = simple.map((loss, row) => loss - (complex[row] ?? NaN));
  const gain = mean(differences);
  const variance =
    differences.reduce((sum, value) => sum + (value - gain) ** 2, 0) / (differences.length - 1);
  const error = Math.sqrt(variance / differences.length);
  return {
    simple: mean(simple),
    complex: mean(complex),
    gain,
    error,
    prefersComplex: gain > leastErrors * error,
  };
}
