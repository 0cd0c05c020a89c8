/** Least squares in exact rational arithmetic: what the float64 answers are held against. */

interface Rational {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

const rational = (numerator: bigint, denominator = 1n): Rational => {
  const divisor = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};

/** Every finite double is a fraction. */
const exactly = (value: number): Rational => {
  let denominator = 1n;
  for (; !Number.isInteger(value); value *= 2) denominator *= 2n;
  return rational(BigInt(value), denominator);
};

const zero = rational(0n);
const isZero = (a: Rational): boolean => a.numerator === 0n;
const minus = (a: Rational): Rational => ({ ...a, numerator: -a.numerator });
const times = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);
const over = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator, a.denominator * b.numerator);
const plus = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
const sum = (values: readonly Rational[]): Rational => values.reduce(plus, zero);
const dot = (a: readonly Rational[], b: readonly Rational[]): Rational =>
  sum(a.map((value, i) => times(value, b[i]!)));

/** The double next to the fraction, to within a few units in the last place. */
const toNumber = ({ numerator, denominator }: Rational): number => {
  const bits = magnitude(numerator).toString(2).length - denominator.toString(2).length;
  // A quotient of 64 bits or so.
  const shift = BigInt(64 - bits);
  const quotient = shift >= 0n ? (numerator << shift) / denominator : numerator / (denominator << -shift);
  return Number(quotient) * 2 ** -Number(shift);
};

type Matrix = readonly (readonly Rational[])[];

/** The shortest of all solutions of A·x = b, for a system that has any. */
const shortestSolution = (A: Matrix, b: readonly Rational[]): Rational[] => {
  const size = A[0]!.length;
  const rows = A.map((row, i) => [...row, b[i]!]);
  const pivots: number[] = [];
  for (let column = 0; column < size; column++) {
    const rank = pivots.length;
    const pivot = rows.findIndex((row, i) => i >= rank && !isZero(row[column]!));
    if (pivot < 0) continue;
    [rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!];
    const factor = rows[rank][column]!;
    rows[rank] = rows[rank].map((value) => over(value, factor));
    rows.forEach((row, i) => {
      const multiple = row[column]!;
      if (i !== rank && !isZero(multiple))
        rows[i] = row.map((value, j) => plus(value, minus(times(multiple, rows[rank]![j]!))));
    });
    pivots.push(column);
  }
  const free = Array.from({ length: size }, (_, column) => column).filter(
    (column) => !pivots.includes(column),
  );
  const particular = new Array<Rational>(size).fill(zero);
  pivots.forEach((column, i) => (particular[column] = rows[i]![size]!));
  if (free.length === 0) return particular;
  const basis = free.map((column) => {
    const vector = new Array<Rational>(size).fill(zero);
    vector[column] = rational(1n);
    pivots.forEach((pivot, i) => (vector[pivot] = minus(rows[i]![column]!)));
    return vector;
  });
  // Less its projection on the null space.
  const share = shortestSolution(
    basis.map((one) => basis.map((other) => dot(one, other))),
    basis.map((one) => dot(one, particular)),
  );
  return particular.map((value, i) =>
    plus(
      value,
      minus(
        dot(
          share,
          basis.map((vector) => vector[i]!),
        ),
      ),
    ),
  );
};

export interface ExactOptions {
  readonly weights?: readonly number[];
  readonly fitIntercept?: boolean;
  readonly alpha?: number;
}

/** The exact minimum of Σ s·(y − Xw − b)² + alpha·Σ w²; of several, the one with the shortest w. */
export const exactLeastSquares = (
  X: readonly (readonly number[])[],
  y: readonly number[],
  { weights = y.map(() => 1), fitIntercept = true, alpha = 0 }: ExactOptions = {},
): { coef: number[]; intercept: number } => {
  const s = weights.map(exactly);
  const whole = sum(s);
  const centred = (values: readonly number[]): { mean: Rational; parts: Rational[] } => {
    const given = values.map(exactly);
    const mean = fitIntercept ? over(dot(s, given), whole) : zero;
    return { mean, parts: given.map((value) => plus(value, minus(mean))) };
  };
  const columns = X[0]!.map((_, column) => centred(X.map((row) => row[column]!)));
  const target = centred(y);
  const weighted = (parts: readonly Rational[]): Rational[] =>
    parts.map((value, row) => times(value, s[row]!));
  const gram = columns.map((a, i) =>
    columns.map((b, j) => plus(dot(weighted(a.parts), b.parts), i === j ? exactly(alpha) : zero)),
  );
  const w = shortestSolution(
    gram,
    columns.map((a) => dot(weighted(a.parts), target.parts)),
  );
  const intercept = plus(
    target.mean,
    minus(
      dot(
        w,
        columns.map(({ mean }) => mean),
      ),
    ),
  );
  return { coef: w.map(toNumber), intercept: toNumber(intercept) };
};
