/**
 * sin, cos and tan. The argument is reduced to r = x − m·π with π in parts, so that every m·part but the last is
 * exact (Cody and Waite): r is right to the last bit or so even where x is as close to a multiple of π/2 as a float
 * can be. Huge arguments go to a scalar routine (large-angle.ts).
 */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  copysign,
  div,
  eq,
  lt,
  mul,
  multiplyAdd,
  neg,
  not,
  polynomial,
  rare,
  select,
  shiftLeft,
  sub,
  xor,
} from "../../program/scalar.ts";
import { atLeast, atMost, byFormat, double, type Format, single, slowPath } from "./format.ts";
import { angleModuloHalfTurn, angleModuloQuarterTurn, withFlippedSign } from "./large-angle.ts";

interface Trigonometric extends Format {
  /** Beyond this size an argument is huge: the multiples of π would no longer be exact. */
  readonly huge: number;
  /** −π, the sum of the parts. */
  readonly minusPi: readonly number[];
  /** sin(r)/r in powers of r², for |r| ≤ π/2 (own minimax fit, relative error below 2^−27 and 2^−60). */
  readonly sinSeries: readonly number[];
  /** tan(r)/r as (1 + r²·P(r²)) / Q(r²), for |r| ≤ π/4 (own minimax fit, below 2^−29 and 2^−54). */
  readonly tanNumerator: readonly number[];
  readonly tanDenominator: readonly number[];
}

const singleTrigonometric: Trigonometric = {
  ...single,
  // Five parts, of 11 bits each but the last, for multiples of up to 13 bits.
  huge: 12800,
  minusPi: [
    -3.140625, -9.670257568359375e-4, -6.277114152908325e-7, -1.2141754268668592e-10, -1.2446744343793227e-13,
  ],
  sinSeries: [1, -0.1666665971, 0.008333069272, -0.0001980977395, 2.606081807e-6],
  tanNumerator: [
    0.3333334923, 0.133326754, 0.05405891314, 0.02128620818, 0.01082744543, 9.823883738e-5, 0.004372703843,
  ],
  tanDenominator: [1],
};

const doubleTrigonometric: Trigonometric = {
  ...double,
  // Four parts, of 33 bits each but the last, for multiples of up to 20 bits.
  huge: 1.6e6,
  minusPi: [-3.1415926534682512, -1.2154201012607932e-10, -4.044532497422333e-21, -1.69568553207378e-31],
  sinSeries: [
    1, -0.16666666666666666, 0.008333333333333207, -0.00019841269841210538, 2.755731921089598e-6,
    -2.505210681573975e-8, 1.6058935412266216e-10, -7.642849504141684e-13, 2.719417931025545e-15,
  ],
  tanNumerator: [-0.12828354943106685, 0.0028059270430180186, -7.483720059400443e-6],
  tanDenominator: [1, -0.46161688276439733, 0.023344887964413884, -0.00020844930722666662],
};

/** x + m·(−π) */
const reduced = (format: Trigonometric, x: Scalar, m: Scalar): Scalar =>
  format.minusPi.reduce((rest, part) => multiplyAdd(m, part, rest), x);

/** sin r for |r| ≤ π/2; keeps the sign of a zero, and cuts off where rounding would carry it beyond ±1. */
const sinNearZero = (format: Trigonometric, r: Scalar): Scalar =>
  atLeast(atMost(mul(polynomial(mul(r, r), format.sinSeries), r), 1), -1);

/** The sign bit of a float where the integer in its low bits is odd. */
const signOfOdd = (format: Format, shifted: Scalar): Scalar =>
  shiftLeft(bitcast(format.integer, shifted), format.integer === "i32" ? 31 : 63);

const withSign = (format: Format, value: Scalar, signBit: Scalar): Scalar =>
  bitcast(format.float, xor(bitcast(format.integer, value), signBit));

/** tan r for |r| ≤ π/4, or −1 / tan r. */
const quotient = (format: Trigonometric, r: Scalar, odd: Scalar): Scalar => {
  const square = mul(r, r);
  const sum = multiplyAdd(mul(square, r), polynomial(square, format.tanNumerator), r);
  // −0 + 0·(−0) is −0 only where the factor in between is positive.
  const numerator = copysign(sum, r);
  const denominator = polynomial(square, format.tanDenominator);
  return div(select(odd, neg(denominator), numerator), select(odd, numerator, denominator));
};

const hugeSine = (x: Scalar, quarters: 0 | 1): Scalar => {
  const { negative, r } = angleModuloHalfTurn(x, quarters);
  return withFlippedSign(sinNearZero(doubleTrigonometric, r), negative);
};

const hugeTangent = (x: Scalar): Scalar => {
  const { odd, r } = angleModuloQuarterTurn(x);
  return quotient(doubleTrigonometric, r, odd);
};

const hugeSin = slowPath("sin", (x) => hugeSine(x, 0));
const hugeCos = slowPath("cos", (x) => hugeSine(x, 1));
const hugeTan = slowPath("tan", hugeTangent);

const isHuge = (format: Trigonometric, x: Scalar): Scalar => not(lt(abs(x), format.huge));

/** sin x = (−1)^n·sin(x − n·π) */
const sine = (format: Trigonometric, x: Scalar): Scalar => {
  const shifted = multiplyAdd(x, 1 / Math.PI, format.rounder);
  const r = reduced(format, x, sub(shifted, format.rounder));
  const sin = withSign(format, sinNearZero(format, r), signOfOdd(format, shifted));
  return rare(isHuge(format, x), hugeSin(format.float), [x], sin);
};

/** cos x = (−1)^(n+1)·sin(x − (n + ½)·π) */
const cosine = (format: Trigonometric, x: Scalar): Scalar => {
  // One more than n, which has the right parity.
  const shifted = add(multiplyAdd(x, 1 / Math.PI, -0.5), format.rounder + 1);
  const r = reduced(format, x, add(sub(shifted, format.rounder + 1), 0.5));
  const cos = withSign(format, sinNearZero(format, r), signOfOdd(format, shifted));
  return rare(isHuge(format, x), hugeCos(format.float), [x], cos);
};

/** For x = n·π/2 + r, tan x is tan r if n is even and −1 / tan r otherwise. */
const tangent = (format: Trigonometric, x: Scalar): Scalar => {
  const shifted = multiplyAdd(x, 2 / Math.PI, format.rounder);
  const r = reduced(format, x, mul(sub(shifted, format.rounder), 0.5));
  const odd = eq(and(bitcast(format.integer, shifted), 1), 1);
  return rare(isHuge(format, x), hugeTan(format.float), [x], quotient(format, r, odd));
};

export const sin = byFormat(
  "sin",
  (x) => sine(singleTrigonometric, x),
  (x) => sine(doubleTrigonometric, x),
);

export const cos = byFormat(
  "cos",
  (x) => cosine(singleTrigonometric, x),
  (x) => cosine(doubleTrigonometric, x),
);

export const tan = byFormat(
  "tan",
  (x) => tangent(singleTrigonometric, x),
  (x) => tangent(doubleTrigonometric, x),
);
