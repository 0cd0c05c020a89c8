/**
 * exp and its relatives. The argument is reduced to r = x − k·ln 2, the exponential of r is a polynomial, and 2^k
 * is put together in the exponent field. The polynomials are own minimax fits with rounded coefficients, the
 * relative error below 2^−25 (float32) and 2^−54 (float64).
 */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  bitcast,
  div,
  lt,
  mul,
  multiplyAdd,
  neg,
  polynomial,
  select,
  shiftLeft,
  sub,
} from "../../program/scalar.ts";
import { atLeast, atMost, byFormat, double, type Format, single } from "./format.ts";
import { logOfOnePlusByQuotient } from "./logarithm.ts";

interface Exponential extends Format {
  /** ln 2 in two parts; the product of the first and a small integer is exact. */
  readonly ln2High: number;
  readonly ln2Low: number;
  /** Beyond these exp is 0 or infinite. */
  readonly lowest: number;
  readonly highest: number;
  /** From here on sigmoid is 1. */
  readonly highestForSigmoid: number;
  /** Below this expm1 is −1. */
  readonly lowestForMinusOne: number;
  /** Below this size expm1(x) is x to the last bit. */
  readonly tiny: number;
  /** (exp(r) − 1 − r) / r² for |r| ≤ ln 2. */
  readonly wide: readonly number[];
  /** (exp(r) − 1 − r) / r² for |r| ≤ ln 2 / 2. */
  readonly narrow: readonly number[];
  /** tanh(r / 2) / r in powers of r², for |r| ≤ ln 2 / 2. */
  readonly halfTangent: readonly number[];
  /** log(1 + e) for 0 ≤ e ≤ 1. */
  readonly logOfOnePlus: (e: Scalar) => Scalar;
}

const singleExponential: Exponential = {
  ...single,
  ln2High: 45426 / 2 ** 16,
  ln2Low: Math.LN2 - 45426 / 2 ** 16,
  lowest: -104,
  highest: 89,
  highestForSigmoid: 18,
  lowestForMinusOne: -18,
  tiny: 2 ** -25,
  wide: [0.5000003576, 0.166666165, 0.04166119173, 0.008335955441, 0.001410559518, 0.0001963218529],
  narrow: [0.4999999702, 0.1666653901, 0.04166763276, 0.008366510272, 0.001385240234],
  halfTangent: [0.4999999106, -0.04166097194, 0.004075576085],
  logOfOnePlus: (e) => {
    const series = [
      -0.4999996126, 0.3333121538, -0.24964571, 0.1971996725, -0.1541037261, 0.1074982435, -0.05813745782,
      0.0203547515, -0.003331128974,
    ];
    return multiplyAdd(mul(e, e), polynomial(e, series), e);
  },
};

const doubleExponential: Exponential = {
  ...double,
  ln2High: 6.9314718036912381649e-1,
  ln2Low: 1.90821492927058770002e-10,
  lowest: -746,
  highest: 710,
  highestForSigmoid: 38,
  lowestForMinusOne: -40,
  tiny: 2 ** -54,
  wide: [
    0.5, 0.1666666666666794, 0.04166666666667905, 0.008333333333021543, 0.0013888888885879764,
    0.00019841270105358673, 2.4801589841644967e-5, 2.755721855780177e-6, 2.7556348939967294e-7,
    2.506971687073908e-8, 2.104868437886322e-9, 1.4945623656612517e-10,
  ],
  narrow: [
    0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333321062, 0.0013888888888853102,
    0.00019841269888206238, 2.4801587416586593e-5, 2.7557241618703768e-6, 2.755717139455157e-7,
    2.5110079400704268e-8, 2.095331336885116e-9,
  ],
  halfTangent: [
    0.5, -0.04166666666666463, 0.004166666666401069, -0.00042162697171191946, 4.271356680859582e-5,
    -4.324519453000841e-6, 4.19608726200186e-7,
  ],
  logOfOnePlus: (e) =>
    logOfOnePlusByQuotient(
      e,
      [
        0.6666666666666667, 0.39999999999995345, 0.2857142857234293, 0.2222222213612877, 0.18181822799134933,
        0.1538446160895031, 0.1333665517591961, 0.11717470721531036, 0.10962974737084386, 0.07028649660456684,
        0.16414103471578026,
      ],
    ),
};

/**
 * exp(x) = f·2^2h. The integer 2h taken out of x / ln 2 is even, so that 2^2h is the square of a number that can be
 * written even where 2^2h itself is subnormal or too large.
 */
const exponential = (format: Exponential, x: Scalar): Scalar => {
  const { bias, fractionBits, integer, float } = format;
  const within = atLeast(atMost(x, format.highest), format.lowest);
  const biased = format.rounder + bias;
  const shifted = multiplyAdd(within, Math.LOG2E / 2, biased);
  const half = sub(shifted, biased);
  const r = multiplyAdd(half, -2 * format.ln2Low, multiplyAdd(half, -2 * format.ln2High, within));
  const root = bitcast(float, shiftLeft(bitcast(integer, shifted), fractionBits));
  // The larger a term the later it is added: what is rounded before counts for less.
  const fraction = add(multiplyAdd(mul(r, r), polynomial(r, format.wide), r), 1);
  return mul(mul(fraction, root), root);
};

/** x = k·ln 2 + r, with 2^(k + `lift`), which can be written where 2^k is subnormal. */
const liftedParts = (format: Exponential, x: Scalar): { r: Scalar; power: Scalar; lift: number } => {
  const { bias, fractionBits, integer, float } = format;
  const lift = (bias + 1) / 2;
  const biased = format.rounder + bias + lift;
  const shifted = multiplyAdd(x, Math.LOG2E, biased);
  const k = sub(shifted, biased);
  return {
    r: multiplyAdd(k, -format.ln2Low, multiplyAdd(k, -format.ln2High, x)),
    power: bitcast(float, shiftLeft(bitcast(integer, shifted), fractionBits)),
    lift,
  };
};

/**
 * exp(x) for x ≤ 0 or NaN; times `factor`, in which way a subnormal product is rounded once. With none of its results above
 * 1 there is room in the exponent: 2^k is 2^(k + c) times 2^−c, which is a factor of the polynomial's coefficients, so
 * that r may be half as large, the polynomial has a term less, and one product is left.
 */
const exponentialOfNegative = (format: Exponential, x: Scalar, factor?: Scalar): Scalar => {
  const { r, power, lift } = liftedParts(format, atLeast(x, format.lowest));
  const fraction = polynomial(
    r,
    [1, 1, ...format.narrow].map((coefficient) => coefficient * 2 ** -lift),
  );
  return mul(factor === undefined ? fraction : mul(fraction, factor), power);
};

/** exp(x) − 1 = 2^k·(exp(r) − 1) + (2^k − 1), where the second term is exact. */
const exponentialMinusOne = (format: Exponential, x: Scalar): Scalar => {
  const { bias, fractionBits, integer, float } = format;
  const within = atLeast(atMost(x, format.highest), format.lowestForMinusOne);
  // Half of 2^k, which can be written for every k.
  const biased = format.rounder + bias - 1;
  const shifted = multiplyAdd(within, Math.LOG2E, biased);
  const k = sub(shifted, biased);
  const r = multiplyAdd(k, -format.ln2Low, multiplyAdd(k, -format.ln2High, within));
  const half = bitcast(float, shiftLeft(bitcast(integer, shifted), fractionBits));
  const small = multiplyAdd(mul(r, r), polynomial(r, format.narrow), r);
  const result = multiplyAdd(half, small, sub(half, 0.5));
  return select(lt(abs(x), format.tiny), x, add(result, result));
};

/**
 * exp(x) / (1 + exp(x)). For x = k·ln 2 + r and n = tanh(r / 2), which is odd and takes half as many terms as exp(r),
 * exp(r) is (1 + n) / (1 − n), so that the whole is 2^k·(1 + n) / (2^k·(1 + n) + (1 − n)). Numerator and denominator are
 * taken 2^c times as large, so that 2^(k + c) can be written where 2^k is subnormal.
 */
const logistic = (format: Exponential, x: Scalar): Scalar => {
  const { r, power, lift } = liftedParts(format, atLeast(atMost(x, format.highestForSigmoid), format.lowest));
  const n = mul(polynomial(mul(r, r), format.halfTangent), r);
  const numerator = multiplyAdd(power, n, power);
  return div(numerator, add(numerator, multiplyAdd(n, -(2 ** lift), 2 ** lift)));
};

/** max(x, 0) + log(1 + exp(−|x|)). */
const rectified = (format: Exponential, x: Scalar): Scalar => {
  const e = exponentialOfNegative(format, neg(abs(x)));
  return add(format.logOfOnePlus(e), atLeast(x, 0));
};

/** factor·exp(x) for x ≤ 0 or NaN. */
export const multipleOfExponential = (factor: Scalar, x: Scalar): Scalar =>
  exponentialOfNegative(x.type === "f32" ? singleExponential : doubleExponential, x, factor);

/** exp(x) for x ≤ 0 or NaN. */
export const expOfNonPositive = byFormat(
  "expOfNonPositive",
  (x) => exponentialOfNegative(singleExponential, x),
  (x) => exponentialOfNegative(doubleExponential, x),
);

export const exp = byFormat(
  "exp",
  (x) => exponential(singleExponential, x),
  (x) => exponential(doubleExponential, x),
);
export const expm1 = byFormat(
  "expm1",
  (x) => exponentialMinusOne(singleExponential, x),
  (x) => exponentialMinusOne(doubleExponential, x),
);
export const sigmoid = byFormat(
  "sigmoid",
  (x) => logistic(singleExponential, x),
  (x) => logistic(doubleExponential, x),
);
export const softplus = byFormat(
  "softplus",
  (x) => rectified(singleExponential, x),
  (x) => rectified(doubleExponential, x),
);
