/** tanh, sinh and cosh. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  div,
  lt,
  mul,
  multiplyAdd,
  or,
  polynomial,
  select,
  shiftLeft,
  sub,
  xor,
} from "../../program/scalar.ts";
import { atLeast, atMost, byFormat, double, type Format, single } from "./format.ts";

interface Tanh extends Format {
  /** From here on tanh is 1. */
  readonly level: number;
  /** (tanh(h) / h − 1) / h² in powers of h², for |h| ≤ ln 2 / 4 (own minimax fit; that for float32 least in what rounding leaves). */
  readonly series: readonly number[];
}

const singleTanh: Tanh = {
  ...single,
  level: 10,
  series: [-0.333309382, 0.130974025],
};

const doubleTanh: Tanh = {
  ...double,
  level: 20,
  series: [
    -0.3333333333333249, 0.133333333327849, -0.05396825278373817, 0.021869370830861132, -0.00885731241154009,
    0.0034448813078792953,
  ],
};

/**
 * For |x| = k·ln 2 / 2 + h and n = tanh h, exp(2h) is (1 + n) / (1 − n), and with it tanh |x| the quotient of
 * (1 − 2^−k) + n·(1 + 2^−k) and (1 + 2^−k) + n·(1 − 2^−k): near 0, where k is 0, n itself; and it never passes 1.
 */
const hyperbolicTangent = (format: Tanh, x: Scalar): Scalar => {
  const { rounder, bias, fractionBits, integer, float } = format;
  const bits = bitcast(integer, x);
  const sign = and(bits, format.signBit);
  const size = atMost(bitcast(float, xor(bits, sign)), format.level);
  const biased = rounder + bias;
  const shifted = multiplyAdd(size, -2 * Math.LOG2E, biased);
  const minusK = sub(shifted, biased);
  // The rounding error of k·ln 2 counts for k ≥ 3 only, where tanh is too flat for it to matter.
  const h = multiplyAdd(minusK, Math.LN2 / 2, size);
  const power = bitcast(float, shiftLeft(bitcast(integer, shifted), fractionBits));
  const square = mul(h, h);
  const n = multiplyAdd(mul(h, square), polynomial(square, format.series), h);
  const [sum, difference] = [add(1, power), sub(1, power)];
  const quotient = div(multiplyAdd(n, sum, difference), multiplyAdd(n, difference, sum));
  // It has no sign yet.
  return bitcast(float, or(bitcast(integer, quotient), sign));
};

interface Hyperbolic extends Format {
  readonly ln2High: number;
  readonly ln2Low: number;
  /** Beyond this size sinh and cosh are infinite. */
  readonly highest: number;
  /** Below this size sinh(x) is x to the last bit. */
  readonly tiny: number;
  /** (sinh(r)/r − 1) / r² and (cosh(r) − 1) / r² in powers of r², for |r| ≤ ln 2 / 2 (own minimax fits). */
  readonly sinhSeries: readonly number[];
  readonly coshSeries: readonly number[];
}

const singleHyperbolic: Hyperbolic = {
  ...single,
  ln2High: 45426 / 2 ** 16,
  ln2Low: Math.LN2 - 45426 / 2 ** 16,
  highest: 89.6,
  tiny: 2 ** -13,
  sinhSeries: [0.1666654199, 0.008366717957],
  coshSeries: [0.5, 0.04166645929, 0.001393543789],
};

const doubleHyperbolic: Hyperbolic = {
  ...double,
  ln2High: 6.9314718036912381649e-1,
  ln2Low: 1.90821492927058770002e-10,
  highest: 710.6,
  tiny: 2 ** -27,
  sinhSeries: [
    0.16666666666666677, 0.008333333333321386, 0.00019841269886801332, 2.755724351398242e-6,
    2.510927665536964e-8,
  ],
  coshSeries: [
    0.5, 0.04166666666666667, 0.0013888888888880914, 2.480158733444939e-5, 2.755726388441532e-7,
    2.091821246865661e-9,
  ],
};

/** For x = k·ln 2 + r: the hyperbolic sine and cosine of r, and a quarter of 2^k + 2^−k and 2^k − 2^−k. */
const hyperbolicParts = (format: Hyperbolic, x: Scalar) => {
  const { rounder, bias, fractionBits, integer, float } = format;
  const within = atLeast(atMost(x, format.highest), -format.highest);
  const biased = rounder + bias - 2;
  const shifted = multiplyAdd(within, Math.LOG2E, biased);
  const k = sub(shifted, biased);
  const r = multiplyAdd(k, -format.ln2Low, multiplyAdd(k, -format.ln2High, within));
  // The smaller of the two powers may be cut off at the smallest normal number, since it does not count there.
  const power = (biasedExponent: Scalar): Scalar =>
    bitcast(float, shiftLeft(bitcast(integer, atLeast(biasedExponent, rounder + 1)), fractionBits));
  const up = power(shifted);
  const down = power(sub(biased, k));
  const square = mul(r, r);
  return {
    sinh: multiplyAdd(mul(square, r), polynomial(square, format.sinhSeries), r),
    coshMinusOne: mul(square, polynomial(square, format.coshSeries)),
    sum: add(up, down),
    difference: sub(up, down),
  };
};

/** sinh x = sinh(k·ln 2)·cosh r + cosh(k·ln 2)·sinh r, which is sinh r for k = 0. */
const hyperbolicSine = (format: Hyperbolic, x: Scalar): Scalar => {
  const { sinh, coshMinusOne, sum, difference } = hyperbolicParts(format, x);
  const half = add(difference, multiplyAdd(sum, sinh, mul(difference, coshMinusOne)));
  return select(lt(abs(x), format.tiny), x, add(half, half));
};

/** cosh x = cosh(k·ln 2)·cosh r + sinh(k·ln 2)·sinh r. */
const hyperbolicCosine = (format: Hyperbolic, x: Scalar): Scalar => {
  const { sinh, coshMinusOne, sum, difference } = hyperbolicParts(format, x);
  const half = add(sum, multiplyAdd(sum, coshMinusOne, mul(difference, sinh)));
  return add(half, half);
};

export const sinh = byFormat(
  "sinh",
  (x) => hyperbolicSine(singleHyperbolic, x),
  (x) => hyperbolicSine(doubleHyperbolic, x),
);

export const cosh = byFormat(
  "cosh",
  (x) => hyperbolicCosine(singleHyperbolic, x),
  (x) => hyperbolicCosine(doubleHyperbolic, x),
);

export const tanh = byFormat(
  "tanh",
  (x) => hyperbolicTangent(singleTanh, x),
  (x) => hyperbolicTangent(doubleTanh, x),
);
