/**
 * The error function and its complement: erf is for |x| < 1 a polynomial in x², beyond that 1 − p(|x|)^8, since the eighth
 * root of 1 − erf is close to a straight line; the complement is exp(−x²) times something close to 1 / x. Own minimax fits
 * with rounded coefficients, relative error below 2^−24 (float32) and 2^−54 (float64) for erf, 2^−28 and 2^−52 for the
 * complement.
 */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  convert,
  copysign,
  div,
  lt,
  mul,
  multiplyAdd,
  neg,
  polynomial,
  select,
  sub,
} from "../../program/scalar.ts";
import { exp, multipleOfExponential } from "./exponential.ts";
import { atMost, byFormat, double, upperHalf } from "./format.ts";

interface ErrorFunction {
  /** erf(x)/x − 1 in powers of x², for |x| < 1. */
  readonly small: readonly number[];
  /** The eighth root of 1 − erf(x) in powers of x − centre, for 1 ≤ x ≤ level. */
  readonly root: readonly number[];
  readonly centre: number;
  /** From here on erf is 1. */
  readonly level: number;
}

const singleErrorFunction: ErrorFunction = {
  small: [0.1283791661, -0.3761223555, 0.1127937883, -0.02668687329, 0.004887466319, -0.0005502960412],
  root: [
    1.000821948, -0.1450100839, -0.0615077503, -0.01130522974, 0.01289439015, -0.002462194767,
    0.0001491167932,
  ],
  centre: 0,
  level: 3.95,
};

const doubleErrorFunction: ErrorFunction = {
  small: [
    0.12837916709551256, -0.37612638903183343, 0.1128379167093695, -0.02686617064195914, 0.005223977596735956,
    -0.0008548325489942786, 0.00012055280964775081, -1.4924483473907424e-5, 1.64445018623012e-6,
    -1.6187780032906656e-7, 1.3637985030088387e-8, -7.656610997790775e-10,
  ],
  root: [
    0.6550383396822175, -0.2872998814341619, -0.010084326616963107, 0.020731142041846073,
    -0.0005231775059816854, -0.0011353624969904286, 0.00011925350912010287, 3.098586154035376e-5,
    -5.598354921637583e-6, -2.832456145620675e-7, 4.2182613698223274e-8, 2.8149922298752738e-8,
    -4.584996934758836e-9, -6.737187152995855e-10, 3.483403783055413e-10, -6.645275868392672e-11,
    7.3702540579613e-12, -3.8387170791775503e-13,
  ],
  centre: 1.5,
  level: 6,
};

const errorFunction = (fit: ErrorFunction, x: Scalar): Scalar => {
  const size = atMost(abs(x), fit.level);
  const small = multiplyAdd(size, polynomial(mul(size, size), fit.small), size);
  const root = polynomial(fit.centre === 0 ? size : sub(size, fit.centre), fit.root);
  const square = mul(root, root);
  const fourth = mul(square, square);
  const large = sub(1, mul(fourth, fourth));
  return copysign(select(lt(size, 1), small, large), x);
};

/** exp(x²)·erfc(x)/t for t = 1 / (x + offset), in powers of t − centre. */
interface Complement {
  readonly offset: number;
  readonly centre: number;
  readonly multiple: readonly number[];
  /** From here on erfc is 0. */
  readonly vanishing: number;
}

/** For x ≥ 0, in float64. */
const singleComplement: Complement = {
  offset: 3,
  centre: 0,
  multiple: [
    0.5641093403, 1.698050871, 4.631611852, 15.51982999, -0.09003445553, 292.0780449, -957.4334296,
    3498.388576, -5729.472993, 3278.613923,
  ],
  vanishing: 10.2,
};

/** For x ≥ ½. */
const doubleComplement: Complement = {
  offset: 3,
  centre: 0.15625,
  multiple: [
    1.0210263338171548, 4.8788371372317396, 19.25105268733483, 60.83371958901359, 143.98368025905648,
    210.27085397584261, 2.3185738874381223, -762.62290016250824, -1148.8618370766342, 2055.9070223156327,
    7477.8151078032306, -5845.6731544849681, -44075.505265529617, 25900.903004622054, 272268.22207804199,
    -224522.79548889381, -1738080.5472262066, 2471313.3869060967, 10284017.08681716, -23443853.838670272,
    -41110628.380544901, 131057068.88227558,
  ],
  vanishing: 27.4,
};

/** exp(x²)·erfc(x) */
const multipleOf = ({ offset, centre, multiple }: Complement, x: Scalar): Scalar => {
  const t = div(1, add(x, offset));
  return mul(polynomial(centre === 0 ? t : sub(t, centre), multiple), t);
};

/**
 * In float64 throughout: float32 has no digits to spare for the rounding errors of 1 / (x + offset), of the exponential
 * and of the products; and the square is exact.
 */
const complementOfSingle = (given: Scalar): Scalar => {
  const x = convert("f64", given);
  const size = atMost(abs(x), singleComplement.vanishing);
  const tail = mul(multipleOf(singleComplement, size), exp(neg(mul(size, size))));
  return convert("f32", select(lt(x, 0), sub(2, tail), tail));
};

const complementOfDouble = (x: Scalar): Scalar => {
  const size = atMost(x, doubleComplement.vanishing);
  const multiple = multipleOf(doubleComplement, size);
  // The rounding error of x² would count x² times over: what it leaves out, high² + low·(size + high) − square, is
  // small enough for exp(−(square + rest)) = (1 − rest)·exp(−square).
  const square = mul(size, size);
  const high = upperHalf(double, size);
  const rest = add(sub(mul(high, high), square), mul(sub(size, high), add(size, high)));
  const tail = multipleOfExponential(multiplyAdd(multiple, neg(rest), multiple), neg(square));
  return select(lt(x, 0.5), sub(1, errorFunction(doubleErrorFunction, x)), tail);
};

export const erf = byFormat(
  "erf",
  (x) => errorFunction(singleErrorFunction, x),
  (x) => errorFunction(doubleErrorFunction, x),
);

/** 1 − erf(x), which does not cancel where it is small. */
export const erfc = byFormat("erfc", complementOfSingle, complementOfDouble);
