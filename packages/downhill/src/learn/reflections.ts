/** Householder reflections on columns of doubles. */

/** R and the reflections that make up Q, of A·Π = Q·R. */
export interface Factorisation {
  /** How many columns are independent of those before them. */
  readonly rank: number;
  /** Which column of A is the k-th. */
  readonly order: readonly number[];
  /** An element of R, on or above its diagonal. */
  readonly element: (row: number, k: number) => number;
  /** b ← Qᵀb */
  readonly rotate: (b: Float64Array) => void;
  /** b ← Qb */
  readonly rotateBack: (b: Float64Array) => void;
}

const squaresFrom = (column: Float64Array, start: number): number => {
  let sum = 0;
  for (let i = start; i < column.length; i++) sum += column[i]! * column[i]!;
  return sum;
};

/** Reflects `column` at the plane with this normal, both from `start` on; beta is 2/|normal|². */
const reflect = (normal: Float64Array, beta: number, start: number, column: Float64Array): void => {
  let product = 0;
  for (let i = start; i < column.length; i++) product += normal[i]! * column[i]!;
  product *= beta;
  for (let i = start; i < column.length; i++) column[i]! -= product * normal[i]!;
};

/** A sum of squares of which less than this share is left after subtractions is summed anew. */
const untrusted = 1e-8;

/**
 * Factors A, given as columns, which are overwritten (Golub and Van Loan 2013, algorithms 5.2.1 and 5.4.1).
 *
 * @param tolerance if given, the longest remaining column comes next, and the factorisation ends when none is longer
 *   than this. Otherwise the columns come as they are.
 */
export const factorise = (columns: Float64Array[], tolerance?: number): Factorisation => {
  const order = columns.map((_, column) => column);
  const diagonal: number[] = [];
  const betas: number[] = [];
  const remaining = columns.map((column) => squaresFrom(column, 0));
  const trusted = remaining.slice();
  const exchange = (i: number, j: number): void => {
    for (const list of [columns, order, remaining, trusted] as unknown[][])
      [list[i], list[j]] = [list[j], list[i]];
  };
  const steps = Math.min(columns.length, columns[0]?.length ?? 0);
  for (let k = 0; k < steps; k++) {
    if (tolerance !== undefined) {
      let longest = k;
      for (let j = k + 1; j < columns.length; j++) if (remaining[j]! > remaining[longest]!) longest = j;
      exchange(k, longest);
      if (!(Math.sqrt(remaining[k]!) > tolerance)) break;
    }
    const normal = columns[k]!;
    const length = Math.sqrt(squaresFrom(normal, k));
    const head = normal[k]!;
    diagonal.push(head > 0 ? -length : length);
    normal[k] = head - diagonal[k]!;
    betas.push(length === 0 ? 0 : 1 / (length * (length + Math.abs(head))));
    for (let j = k + 1; j < columns.length; j++) {
      const column = columns[j]!;
      reflect(normal, betas[k]!, k, column);
      remaining[j]! -= column[k]! ** 2;
      if (!(remaining[j]! > untrusted * trusted[j]!)) remaining[j] = trusted[j] = squaresFrom(column, k + 1);
    }
  }
  const rank = diagonal.length;
  return {
    rank,
    order,
    element: (row, k) => (row === k ? diagonal[k]! : columns[k]![row]!),
    rotate: (b) => {
      for (let k = 0; k < rank; k++) reflect(columns[k]!, betas[k]!, k, b);
    },
    rotateBack: (b) => {
      for (let k = rank - 1; k >= 0; k--) reflect(columns[k]!, betas[k]!, k, b);
    },
  };
};

/** Solves R x = b for the leading `rank` rows, in place. */
export const solveUpper = ({ rank, element }: Factorisation, b: Float64Array): void => {
  for (let i = rank - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < rank; k++) sum -= element(i, k) * b[k]!;
    b[i] = sum / element(i, i);
  }
};
