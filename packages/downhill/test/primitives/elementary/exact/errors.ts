/** Errors in units in the last place. */
import { difference, type Exact, exact, isNegative, magnitude, scaled, size, toNumber } from "./number.ts";

export interface FloatFormat {
  /** Bits of the significand. */
  readonly bits: number;
  /** Exponents of the least normal number and of the power of two beyond the largest. */
  readonly lowest: number;
  readonly overflow: number;
}

export const float32: FloatFormat = { bits: 24, lowest: -126, overflow: 128 };
export const float64: FloatFormat = { bits: 53, lowest: -1022, overflow: 1024 };

/** The exponent of the unit in the last place of numbers of this size. */
const unitExponent = (expected: Exact, { bits, lowest }: FloatFormat): number => {
  // `magnitude` may be one too large just below a power of two.
  const bound = magnitude(expected) - 1;
  const exponent = isNegative(difference(size(expected), { m: 1n, e: bound })) ? bound - 1 : bound;
  return Math.max(exponent, lowest) - bits + 1;
};

/** The bits at the same place of infinity, in a manner of speaking: the power of two beyond the largest number. */
const finiteOf = (actual: number, expected: Exact, { overflow }: FloatFormat): Exact => {
  if (Number.isFinite(actual)) return exact(actual);
  const sign = actual < 0 ? -1n : 1n;
  const beyond = magnitude(expected) > overflow && isNegative(expected) === actual < 0;
  return beyond ? expected : { m: sign, e: overflow };
};

/**
 * How far `actual` lies from `expected`, in units in the last place of the latter; below the normal numbers the unit is
 * the least subnormal. Infinity counts as the power of two beyond the largest number, and is right for all beyond that.
 */
export const errorInUnits = (actual: number, expected: Exact, format: FloatFormat): number => {
  if (Number.isNaN(actual)) return Infinity;
  const error = difference(finiteOf(actual, expected, format), expected);
  return Math.abs(toNumber(scaled(error, -unitExponent(expected, format))));
};
