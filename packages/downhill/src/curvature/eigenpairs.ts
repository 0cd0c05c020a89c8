/** The directions of the sharpest curvature. */
import { fromFlat } from "../optim/lbfgs/flat.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { hessianOf } from "./hessian.ts";
import { lanczos, type SymmetricOperator } from "./lanczos.ts";
import { type CurvatureOptions, type Effort, effortOf } from "./options.ts";
import { asParameters, type Tensors } from "./parameters.ts";

/** An eigenvalue of the Hessian with its eigenvector. */
export interface Eigenpair<P> {
  readonly value: number;
  /** Of length 1, nested and shaped like the parameters; its sign means nothing. */
  readonly vector: P;
  /** |H·v − λ·v|: an eigenvalue lies no further from `value`. */
  readonly residual: number;
}

export interface EigenpairOptions extends CurvatureOptions {
  /** Which ones are on top: those of the largest `"value"` (if left out), or of the largest `"magnitude"`. */
  readonly by?: "value" | "magnitude";
}

export interface FlatPair {
  readonly value: number;
  readonly vector: Float64Array;
  readonly residual: number;
}

type Rank = (value: number) => number;

/** Positions of the `count` values that rank highest, best first. */
const top = (values: Float64Array, count: number, rank: Rank): number[] =>
  Array.from(values, (_, i) => i)
    .sort((a, b) => rank(values[b]!) - rank(values[a]!))
    .slice(0, count);

const largestMagnitude = (values: Float64Array): number =>
  values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);

/** One run of the method: the top pairs orthogonal to those known. */
const topPairs = (
  operator: SymmetricOperator,
  count: number,
  { tolerance, maxSteps, seed }: Effort,
  rank: Rank,
  known: readonly FlatPair[],
): FlatPair[] => {
  const result = lanczos(operator, {
    maxSteps: Math.max(maxSteps, count),
    seed,
    orthogonalTo: known.map(({ vector }) => vector),
    isDone: ({ values, residuals }) => {
      if (values.length < count) return false;
      const size = largestMagnitude(values);
      return top(values, count, rank).every((i) => residuals[i]! <= tolerance * size);
    },
  });
  return top(result.values, count, rank).map((i) => ({
    value: result.values[i]!,
    vector: result.vector(i),
    residual: result.residuals[i]!,
  }));
};

/**
 * The top pairs of an operator, best first.
 *
 * From one starting vector the method sees each eigenvalue once, however many directions share it. So what is orthogonal
 * to the pairs found is searched again, until nothing there ranks higher than the last of them.
 */
export const topPairsOf = (
  operator: SymmetricOperator,
  count: number,
  effort: Effort,
  rank: Rank,
): FlatPair[] => {
  let found: FlatPair[] = topPairs(operator, count, effort, rank, []);
  for (let search = 0; search < count && found.length < operator.size; search++) {
    // What is left of a direction that has been searched from is orthogonal to all that it could find.
    const anew = { ...effort, seed: effort.seed + 1 + search };
    const [hidden] = topPairs(operator, 1, anew, rank, found);
    if (hidden === undefined || !(rank(hidden.value) > rank(found.at(-1)!.value))) break;
    found = [...found, hidden].sort((a, b) => rank(b.value) - rank(a.value)).slice(0, count);
  }
  return found;
};

/**
 * The `count` sharpest directions of a function at a point: eigenpairs of its Hessian by Lanczos's method on
 * Hessian–vector products, best first. Fewer if there are fewer parameters.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters.
 * @param params any nesting of float tensors and numbers (which count as float64).
 * @throws DTypeError, ArgumentError
 */
export const topEigenpairs = <T>(
  f: (params: Tensors<T>) => Tensor,
  params: T,
  count: number,
  options: EigenpairOptions = {},
): Eigenpair<Tensors<T>>[] => {
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError("topEigenpairs", `count is ${count}; write a whole number from 1`);
  const at = asParameters("topEigenpairs", params);
  const operator = hessianOf(f as (at: object) => Tensor, at);
  const effort = effortOf("topEigenpairs", options, operator);
  const rank: Rank = options.by === "magnitude" ? Math.abs : (value) => value;
  return topPairsOf(operator, Math.min(count, operator.size), effort, rank).map(
    ({ value, vector, residual }) => ({ value, vector: fromFlat(at, vector), residual }),
  );
};
