/** tanh, sinh and cosh. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  bitcast,
  copysign,
  div,
  mul,
  multiplyAdd,
  polynomial,
  shiftLeft,
  sub,
} from "../../program/scalar.ts";
import { atMost, byFormat, double, type Format, single } from "./format.ts";

interface Tanh extends Format {
  /** From here on tanh is 1. */
  readonly level: number;
  /** ((1 − exp(−2h)) / 2 − h) / h² for |h| ≤ ln 2 / 4 (own minimax fit). */
  readonly series: readonly number[];
}

const singleTanh: Tanh = {
  ...single,
  level: 10,
  series: [-0.9999999404, 0.6666615604, -0.3333410621, 0.1338641644, -0.04432768749],
};

const doubleTanh: Tanh = {
  ...double,
  level: 20,
  series: [
    -1.0, 0.6666666666666671, -0.3333333333333336, 0.133333333333137, -0.04444444444432993,
    0.012698412728451992, -0.003174603189323084, 0.0007054653854388165, -0.00014109271754010405,
    2.571272130632117e-5, -4.2912385779407175e-6,
  ],
};

/**
 * tanh |x| = e / (1 − e) with e = (1 − exp(−2|x|)) / 2. For |x| = k·ln 2 / 2 + h the latter is
 * (1 − 2^−k) / 2 + 2^−k·(1 − exp(−2h)) / 2, which does not cancel near 0; and the quotient never passes 1.
 */
const hyperbolicTangent = (format: Tanh, x: Scalar): Scalar => {
  const { rounder, bias, fractionBits, integer, float } = format;
  const size = atMost(abs(x), format.level);
  const biased = rounder + bias;
  const shifted = multiplyAdd(size, -2 * Math.LOG2E, biased);
  const minusK = sub(shifted, biased);
  // The rounding error of k·ln 2 counts for k ≥ 3 only, where tanh is too flat for it to matter.
  const h = multiplyAdd(minusK, Math.LN2 / 2, size);
  const part = multiplyAdd(mul(h, h), polynomial(h, format.series), h);
  const power = bitcast(float, shiftLeft(bitcast(integer, shifted), fractionBits));
  const e = multiplyAdd(power, part, multiplyAdd(power, -0.5, 0.5));
  return copysign(div(e, sub(1, e)), x);
};

export const tanh = byFormat(
  "tanh",
  (x) => hyperbolicTangent(singleTanh, x),
  (x) => hyperbolicTangent(doubleTanh, x),
);
