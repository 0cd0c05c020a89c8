/** Exact fractions: the numbers of formulas, so that 0.5 · 2 is 1 and a third stays a third. */

/** In lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

/** Beyond this many digits a fraction is no longer readable: it is rounded to a double. */
const longest = 1_000_000_000_000_000_000_000_000_000_000n;

const isLong = (value: bigint): boolean => value > longest || value < -longest;

/** The fraction that a finite number's shortest decimal text states: 0.1 is one tenth. */
export const fromNumber = (value: number, isSingle = false): Rational => {
  const [mantissa = "", exponent = "0"] = shortest(value, isSingle).split("e");
  const [whole = "", digits = ""] = mantissa.split(".");
  const shift = Number(exponent) - digits.length;
  const integer = BigInt(whole + digits);
  return shift >= 0
    ? { numerator: integer * 10n ** BigInt(shift), denominator: 1n }
    : reduced(integer, 10n ** BigInt(-shift));
};

/** The fewest digits that give the number back, in double or in single precision. */
const shortest = (value: number, isSingle: boolean): string => {
  if (!isSingle || Number.isInteger(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
};

const reduced = (numerator: bigint, denominator: bigint): Rational => {
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};

/** numerator / denominator in lowest terms. The denominator must not be 0. */
export const rational = (numerator: bigint | number, denominator: bigint | number = 1n): Rational => {
  const fraction =
    BigInt(denominator) === 1n
      ? { numerator: BigInt(numerator), denominator: 1n }
      : reduced(BigInt(numerator), BigInt(denominator));
  if (!isLong(fraction.numerator) && !isLong(fraction.denominator)) return fraction;
  const rounded = toNumber(fraction);
  // What no double holds stays exact.
  return Number.isFinite(rounded) && rounded !== 0 ? fromNumber(rounded) : fraction;
};

export const zero: Rational = { numerator: 0n, denominator: 1n };
export const one: Rational = { numerator: 1n, denominator: 1n };
export const minusOne: Rational = { numerator: -1n, denominator: 1n };

/** The nearest double, or nearly. */
export const toNumber = ({ numerator, denominator }: Rational): number => {
  // Scaled so that neither conversion overflows.
  const excess = Math.max(0, Math.max(numerator.toString().length, denominator.toString().length) - 300);
  const scale = 10n ** BigInt(excess);
  return excess === 0
    ? Number(numerator) / Number(denominator)
    : Number(numerator / scale) / Number(denominator / scale);
};

export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const times = (a: Rational, b: Rational): Rational => {
  if (b === one) return a;
  if (a === one) return b;
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
};

export const negative = (a: Rational): Rational => ({ ...a, numerator: -a.numerator });

/** 1 / a; a must not be 0. */
export const inverse = (a: Rational): Rational => rational(a.denominator, a.numerator);

/** a to a whole power; a must not be 0 if the power is negative. */
export const power = (a: Rational, exponent: number): Rational => {
  if (exponent < 0) return power(inverse(a), -exponent);
  return rational(a.numerator ** BigInt(exponent), a.denominator ** BigInt(exponent));
};

export const isZero = (a: Rational): boolean => a.numerator === 0n;
export const isNegative = (a: Rational): boolean => a.numerator < 0n;
export const isInteger = (a: Rational): boolean => a.denominator === 1n;
export const equals = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;
export const isLess = (a: Rational, b: Rational): boolean =>
  a.numerator * b.denominator < b.numerator * a.denominator;
export const absolute = (a: Rational): Rational => (isNegative(a) ? negative(a) : a);

/** The greatest fraction of which both are whole multiples: gcd of numerators over lcm of denominators. */
export const commonDivisor = (a: Rational, b: Rational): Rational =>
  rational(
    greatestCommonDivisor(a.numerator, b.numerator),
    (a.denominator / greatestCommonDivisor(a.denominator, b.denominator)) * b.denominator,
  );

/** The exact root with a whole degree, if there is one. */
export const exactRoot = (a: Rational, degree: number): Rational | undefined => {
  if (isNegative(a)) return undefined;
  const root = (value: bigint): bigint | undefined => {
    const guess = BigInt(Math.round(Number(value) ** (1 / degree)));
    return guess ** BigInt(degree) === value ? guess : undefined;
  };
  if (!Number.isSafeInteger(Number(a.numerator)) || !Number.isSafeInteger(Number(a.denominator)))
    return undefined;
  const [numerator, denominator] = [root(a.numerator), root(a.denominator)];
  return numerator === undefined || denominator === undefined ? undefined : { numerator, denominator };
};

/** Text that tells fractions apart. */
export const keyOf = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;
