/**
 * pow: 2 to the power y·log₂|x|, where the logarithm and its product with y are carried in two floats each, since the
 * integer part of the product takes up to eleven bits off what is left for the result (after Sun Microsystems, fdlibm
 * e_pow.c). Within 2 ULP.
 */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  constant,
  div,
  eq,
  gt,
  lt,
  mul,
  multiplyAdd,
  ne,
  nearest,
  neg,
  not,
  or,
  polynomial,
  select,
  shiftLeft,
  shiftRightSigned,
  sub,
  trunc,
  xor,
} from "../../program/scalar.ts";
import { atLeast, atMost, double, type Format, single, smallIntegerAsFloat, upperHalf } from "./format.ts";

interface Power extends Format {
  /** The bits of √½, cut short. */
  readonly rootOfHalf: number;
  /** (log((1 + s)/(1 − s))·3/(2s) − 3 − s²) / s⁴ in powers of s², for √½ ≤ (1 + s)/(1 − s) ≤ √2 (own minimax fit). */
  readonly logSeries: readonly number[];
  /** 2 / (3·ln 2), its upper half and the rest. */
  readonly scaleHigh: number;
  readonly scaleLow: number;
  /** 2^f in powers of f, for |f| ≤ ½ (own minimax fit). */
  readonly exp2Series: readonly number[];
  /** An exponent to which every x but 1 gives 0 or ∞. */
  readonly largestExponent: number;
  /** 2 to this power is infinite, and to its negative 0. */
  readonly overflow: number;
}

const singlePower: Power = {
  ...single,
  rootOfHalf: 0x3f3504f3,
  logSeries: [0.5999999642, 0.4285781384, 0.3327740729, 0.2920375764],
  scaleHigh: 0.961669921875,
  scaleLow: 0.0001267720509756049,
  exp2Series: [1, 0.6931472421, 0.2402265221, 0.05550308898, 0.00961768534, 0.001340725808, 0.0001559629745],
  largestExponent: 2 ** 33,
  overflow: 200,
};

const doublePower: Power = {
  ...double,
  rootOfHalf: 0x3fe6a09e * 2 ** 32,
  logSeries: [
    0.5999999999999998, 0.42857142857163455, 0.33333333327140247, 0.27272728219185494, 0.23076840374676663,
    0.20004305333543135, 0.17515305996299615, 0.17960509301282782,
  ],
  scaleHigh: 0.9617966860532761,
  scaleLow: 7.872699542894897e-9,
  exp2Series: [
    1, 0.6931471805599457, 0.240226506959101, 0.05550410866478938, 0.009618129107606305,
    0.0013333558153610214, 0.00015403530442740067, 1.5252727281562907e-5, 1.3215441965175723e-6,
    1.0180668266175103e-7, 7.0727120492697475e-9, 4.0781029980547897e-10,
  ],
  largestExponent: 2 ** 65,
  overflow: 1200,
};

/** A sum of two floats, the second much smaller. */
interface Pair {
  readonly high: Scalar;
  readonly low: Scalar;
}

/** log₂ x for finite positive x, the first part an upper half. */
const logarithmToBase2 = (format: Power, x: Scalar): Pair => {
  const { fractionBits, integer, float } = format;
  const subnormal = lt(x, format.smallestNormal);
  const bits = bitcast(integer, select(subnormal, mul(x, 2 ** fractionBits), x));
  const k = shiftRightSigned(sub(bits, format.rootOfHalf), fractionBits);
  const m = bitcast(float, sub(bits, shiftLeft(k, fractionBits)));
  const exponent = sub(smallIntegerAsFloat(format, k), select(subnormal, fractionBits, constant(float, 0)));

  // s = (m − 1) / (m + 1), so that log m = log((1 + s) / (1 − s)).
  const f = sub(m, 1);
  const divisor = add(m, 1);
  const divisorHigh = upperHalf(format, divisor);
  const divisorLow = sub(m, sub(divisorHigh, 1));
  const s = div(f, divisor);
  const sHigh = upperHalf(format, s);
  const sLow = div(sub(sub(f, mul(sHigh, divisorHigh)), mul(sHigh, divisorLow)), divisor);

  // log m = (2/3)·s·(3 + s² + s⁴·series)
  const square = mul(s, s);
  const squareHigh = mul(sHigh, sHigh);
  const rest = multiplyAdd(
    mul(square, square),
    polynomial(square, format.logSeries),
    mul(sLow, add(sHigh, s)),
  );
  const factorHigh = upperHalf(format, add(add(squareHigh, 3), rest));
  const factorLow = sub(rest, sub(sub(factorHigh, 3), squareHigh));
  const productHigh = mul(sHigh, factorHigh);
  const productLow = multiplyAdd(sLow, factorHigh, mul(factorLow, s));
  const high = upperHalf(format, add(productHigh, productLow));
  const low = sub(productLow, sub(high, productHigh));
  const scaledHigh = mul(high, format.scaleHigh);
  const scaledLow = multiplyAdd(high, format.scaleLow, mul(low, format.scaleHigh + format.scaleLow));
  const sumHigh = upperHalf(format, add(add(scaledHigh, scaledLow), exponent));
  return { high: sumHigh, low: sub(scaledLow, sub(sub(sumHigh, exponent), scaledHigh)) };
};

/** 2^(high + low), where `low` is small. */
const exp2 = (format: Power, { high, low }: Pair): Scalar => {
  const { rounder, bias, fractionBits, integer, float } = format;
  const n = nearest(add(high, low));
  const p = polynomial(add(sub(high, n), low), format.exp2Series);
  // In two steps, each of which can be written even where the result is subnormal or infinite.
  const half = nearest(mul(n, 0.5));
  const power = (exponent: Scalar): Scalar =>
    bitcast(float, shiftLeft(bitcast(integer, add(exponent, rounder + bias)), fractionBits));
  return mul(mul(p, power(half)), power(sub(n, half)));
};

/** |x|^y for finite x ≠ 0. */
const powerOfSize = (format: Power, size: Scalar, y: Scalar): Scalar => {
  const logarithm = logarithmToBase2(format, size);
  const within = atLeast(atMost(y, format.largestExponent), -format.largestExponent);
  const yHigh = upperHalf(format, within);
  const high = mul(yHigh, logarithm.high);
  const low = multiplyAdd(sub(within, yHigh), logarithm.high, mul(within, logarithm.low));
  const overflows = gt(abs(high), format.overflow);
  return exp2(format, {
    high: atLeast(atMost(high, format.overflow), -format.overflow),
    low: select(overflows, 0, low),
  });
};

/**
 * `x` to the power `y` with C99's special cases: 1 for y = 0 or x = 1 even if the other is NaN, a negative x only to
 * integers, signs of zeros and infinities by the parity of y.
 */
export const pow = (x: Scalar, y: Scalar): Scalar => {
  if ((x.type !== "f32" && x.type !== "f64") || y.type !== x.type)
    throw new Error(`internal: pow of values of types ${x.type} and ${y.type}`);
  const format = x.type === "f32" ? singlePower : doublePower;
  const size = abs(x);
  const isZero = eq(size, 0);
  const isInfinite = eq(size, Infinity);
  const atLimit = select(xor(isZero, lt(y, 0)), constant(x.type, 0), Infinity);
  const limited = or(isZero, isInfinite);
  const positive = select(limited, atLimit, powerOfSize(format, size, y));

  const isInteger = eq(trunc(y), y);
  const halfY = mul(y, 0.5);
  const isOdd = and(isInteger, ne(trunc(halfY), halfY));
  const negative = lt(bitcast(format.integer, x), 0);
  const signed = select(and(negative, isOdd), neg(positive), positive);
  const isUndefined = or(or(ne(x, x), ne(y, y)), and(and(negative, not(limited)), not(isInteger)));
  const result = select(isUndefined, NaN, signed);
  return select(or(eq(y, 0), eq(x, 1)), 1, result);
};
