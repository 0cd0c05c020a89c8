/**
 * The error function: for |x| < 1 a polynomial in x², beyond that 1 − p(|x|)^8, since the eighth root of 1 − erf is
 * close to a straight line. Own minimax fits with rounded coefficients, relative error of erf below 2^−24 (float32)
 * and 2^−54 (float64).
 */
import type { Scalar } from "../../program/loop.ts";
import { abs, copysign, lt, mul, multiplyAdd, polynomial, select, sub } from "../../program/scalar.ts";
import { atMost, byFormat } from "./format.ts";

interface ErrorFunction {
  /** erf(x)/x − 1 in powers of x², for |x| < 1. */
  readonly small: readonly number[];
  /** The eighth root of 1 − erf(x) in powers of x − centre, for 1 ≤ x ≤ level. */
  readonly root: readonly number[];
  readonly centre: number;
  /** From here on erf is 1. */
  readonly level: number;
}

const single: ErrorFunction = {
  small: [0.1283791661, -0.3761223555, 0.1127937883, -0.02668687329, 0.004887466319, -0.0005502960412],
  root: [
    1.000821948, -0.1450100839, -0.0615077503, -0.01130522974, 0.01289439015, -0.002462194767,
    0.0001491167932,
  ],
  centre: 0,
  level: 3.95,
};

const double: ErrorFunction = {
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

export const erf = byFormat(
  "erf",
  (x) => errorFunction(single, x),
  (x) => errorFunction(double, x),
);
