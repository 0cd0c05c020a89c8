/**
 * Logarithms. x = 2^k·(1 + f) with 1 + f between √½ and √2, and log x = k·ln 2 + log(1 + f), where log(1 + f)
 * comes from own minimax fits with rounded coefficients, relative error below 2^−25 (float32) and 2^−56 (float64).
 */
import type { Scalar } from "../../program/loop.ts";
import {
  add,
  bitcast,
  constant,
  div,
  eq,
  gt,
  lt,
  mul,
  multiplyAdd,
  polynomial,
  select,
  shiftLeft,
  shiftRightSigned,
  sub,
} from "../../program/scalar.ts";
import { byFormat, double, type Format, single, smallIntegerAsFloat } from "./format.ts";

interface Logarithm extends Format {
  /** The bits of √½, √2 and 4, the first two cut short. */
  readonly rootOfHalf: number;
  readonly rootOfTwo: number;
  readonly four: number;
  /** log(1 + f) for √½ ≤ 1 + f ≤ √2; keeps the sign of a zero. */
  readonly nearOne: (f: Scalar) => Scalar;
}

/**
 * log(1 + f) = log(1 + s) − log(1 − s) for s = f / (2 + f), which is 2s + s·z·P(z) with z = s²; and 2s = f − s·f
 * (Sun Microsystems, fdlibm e_log.c).
 */
export const logOfOnePlusByQuotient = (f: Scalar, series: readonly number[]): Scalar => {
  const minusS = div(f, sub(-2, f));
  const z = mul(minusS, minusS);
  return multiplyAdd(minusS, sub(f, mul(z, polynomial(z, series))), f);
};

const singleLogarithm: Logarithm = {
  ...single,
  rootOfHalf: 0x3f3504f3,
  rootOfTwo: 0x3fb504f3,
  four: 0x40800000,
  nearOne: (f) => {
    const series = [
      -0.4999999106, 0.3333395422, -0.2500178218, 0.1996193379, -0.1657045931, 0.1492011547, -0.1430520415,
      0.08721377701,
    ];
    return multiplyAdd(mul(f, f), polynomial(f, series), f);
  },
};

const doubleLogarithm: Logarithm = {
  ...double,
  rootOfHalf: 0x3fe6a09e * 2 ** 32,
  rootOfTwo: 0x3ff6a09e * 2 ** 32,
  four: 0x40100000 * 2 ** 32,
  nearOne: (f) =>
    logOfOnePlusByQuotient(
      f,
      [
        0.6666666666666735, 0.3999999999940859, 0.2857142874395759, 0.2222219839347035, 0.18183577611994947,
        0.1531352527909609, 0.14803725538058674,
      ],
    ),
};

/** log x, given its value `y` for finite positive x. */
const withLimits = (x: Scalar, y: Scalar): Scalar =>
  select(gt(x, 0), select(lt(x, Infinity), y, x), select(eq(x, 0), constant(x.type, -Infinity), NaN));

/** A base b, by ln b = 1 / `perUnit`: 1 / log₂ b in two parts, the product of the first and an exponent being exact. */
interface Base {
  readonly perDoublingHigh: number;
  readonly perDoublingLow: number;
  readonly perUnit: number;
}

/** Rounding errors of k·ln 2 count no more than others, hence one part. */
const natural: Base = { perDoublingHigh: Math.LN2, perDoublingLow: 0, perUnit: 1 };
const binary: Base = { perDoublingHigh: 1, perDoublingLow: 0, perUnit: Math.LOG2E };
/** Powers of ten have whole logarithms, which come out exactly since what is added to k·high is small. */
const decimalHigh = 1233 / 4096;
const decimal: Base = {
  perDoublingHigh: decimalHigh,
  perDoublingLow: Math.log10(2) - decimalHigh,
  perUnit: Math.LOG10E,
};

/** log x / log b = k / log₂ b + log(1 + f) / ln b */
const logarithm = (format: Logarithm, base: Base, x: Scalar): Scalar => {
  const { fractionBits, integer, float } = format;
  const subnormal = lt(x, format.smallestNormal);
  const bits = bitcast(integer, select(subnormal, mul(x, 2 ** fractionBits), x));
  const k = shiftRightSigned(sub(bits, format.rootOfHalf), fractionBits);
  const f = sub(bitcast(float, sub(bits, shiftLeft(k, fractionBits))), 1);
  const exponent = sub(smallIntegerAsFloat(format, k), select(subnormal, fractionBits, constant(float, 0)));
  const { perDoublingHigh, perDoublingLow, perUnit } = base;
  const near = perUnit === 1 ? format.nearOne(f) : mul(format.nearOne(f), perUnit);
  const low = perDoublingLow === 0 ? near : multiplyAdd(exponent, perDoublingLow, near);
  return withLimits(x, multiplyAdd(exponent, perDoublingHigh, low));
};

/** log(1 + x): with 1 + x = 2^k·(1 + f), f = 2^−k·x + (2^−k − 1), in which only the sum is rounded. */
const logarithmOfOnePlus = (format: Logarithm, x: Scalar): Scalar => {
  const { fractionBits, integer, float } = format;
  const u = add(x, 1);
  // Minus k, so that the sums below keep the sign of a zero.
  const minusK = shiftRightSigned(sub(format.rootOfTwo, bitcast(integer, u)), fractionBits);
  // 4·2^−k, which can be written for every k.
  const scale = bitcast(float, add(shiftLeft(minusK, fractionBits), format.four));
  const f = mul(sub(mul(x, scale), sub(4, scale)), 0.25);
  return withLimits(u, multiplyAdd(smallIntegerAsFloat(format, minusK), -Math.LN2, format.nearOne(f)));
};

const logarithmTo = (name: string, base: Base): ((x: Scalar) => Scalar) =>
  byFormat(
    name,
    (x) => logarithm(singleLogarithm, base, x),
    (x) => logarithm(doubleLogarithm, base, x),
  );

export const log = logarithmTo("log", natural);
export const log2 = logarithmTo("log2", binary);
export const log10 = logarithmTo("log10", decimal);

export const log1p = byFormat(
  "log1p",
  (x) => logarithmOfOnePlus(singleLogarithm, x),
  (x) => logarithmOfOnePlus(doubleLogarithm, x),
);
