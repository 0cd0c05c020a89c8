/** asin, acos, atan and atan2; polynomials in the square of the argument are own minimax fits. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  bitcast,
  constant,
  copysign,
  div,
  eq,
  gt,
  lt,
  mul,
  multiplyAdd,
  polynomial,
  select,
  sqrt,
  sub,
} from "../../program/scalar.ts";
import { byFormat } from "./format.ts";

/** (asin(x)/x − 1) / x² for |x| ≤ ½, relative error of asin below 2^−27 and 2^−55. */
const asinSeries = {
  f32: [0.1666675359, 0.07495252043, 0.04547603801, 0.02415212803, 0.04221171513],
  f64: [
    0.16666666666665383, 0.07500000000342946, 0.044642856823527706, 0.030381959330539752,
    0.022371753518846526, 0.017359771436026124, 0.01388459306108428, 0.01217332699071489, 0.00651060127784423,
    0.01957470649471942, -0.016295483848185178, 0.03196002738148342,
  ],
};

/** (atan(z)/z − 1) / z² for 0 ≤ z ≤ 1, relative error of atan below 2^−25 and 2^−54. */
const atanSeries = {
  f32: [
    -0.3333316743, 0.1999414712, -0.1421428472, 0.1067922264, -0.07581152767, 0.04356003553, -0.01658501476,
    0.002975509036,
  ],
  f64: [
    -0.33333333333331994, 0.19999999999774848, -0.142857142723562, 0.11111110705570154, -0.09090901658285243,
    0.0769221732168672, -0.06665892192206667, 0.058774751901487655, -0.05239889014845902, 0.04675897942282507,
    -0.040970693708214295, 0.03414530008446459, -0.025930770480185723, 0.017084103992519913,
    -0.009265324301849665, 0.0039004126772499256, -0.00118075593386871, 0.00022684623438922431,
    -2.066205142685122e-5,
  ],
};

/** For |x| ≤ ½ asin |x|; beyond that ½·acos |x| = asin √((1 − |x|)/2). NaN for |x| > 1. */
const arcsineParts = (type: "f32" | "f64", x: Scalar) => {
  const size = abs(x);
  const large = gt(size, 0.5);
  const square = select(large, multiplyAdd(size, -0.5, 0.5), mul(size, size));
  const root = select(large, sqrt(square), size);
  return { large, arc: multiplyAdd(mul(root, square), polynomial(square, asinSeries[type]), root) };
};

const arcsine = (type: "f32" | "f64", x: Scalar): Scalar => {
  const { large, arc } = arcsineParts(type, x);
  return copysign(select(large, sub(Math.PI / 2, add(arc, arc)), arc), x);
};

const arccosine = (type: "f32" | "f64", x: Scalar): Scalar => {
  const { large, arc } = arcsineParts(type, x);
  const twice = add(arc, arc);
  const negative = lt(x, 0);
  return select(large, select(negative, sub(Math.PI, twice), twice), sub(Math.PI / 2, copysign(arc, x)));
};

/** The angle, between 0 and π/2, whose tangent is the quotient of `opposite` and `adjacent`, both ≥ 0. */
const angle = (type: "f32" | "f64", opposite: Scalar, adjacent: Scalar): Scalar => {
  const steep = gt(opposite, adjacent);
  const numerator = select(steep, adjacent, opposite);
  const larger = select(steep, opposite, adjacent);
  // 0/0 and ∞/∞ count as 0 and 1.
  const denominator = select(eq(larger, 0), 1, larger);
  const z = select(eq(numerator, denominator), 1, div(numerator, denominator));
  const square = mul(z, z);
  const arc = multiplyAdd(mul(z, square), polynomial(square, atanSeries[type]), z);
  return select(steep, sub(Math.PI / 2, arc), arc);
};

const arctangent = (type: "f32" | "f64", x: Scalar): Scalar => {
  const size = abs(x);
  const steep = gt(size, 1);
  const z = select(steep, div(1, size), size);
  const square = mul(z, z);
  const arc = multiplyAdd(mul(z, square), polynomial(square, atanSeries[type]), z);
  return copysign(select(steep, sub(Math.PI / 2, arc), arc), x);
};

export const asin = byFormat(
  "asin",
  (x) => arcsine("f32", x),
  (x) => arcsine("f64", x),
);

export const acos = byFormat(
  "acos",
  (x) => arccosine("f32", x),
  (x) => arccosine("f64", x),
);

export const atan = byFormat(
  "atan",
  (x) => arctangent("f32", x),
  (x) => arctangent("f64", x),
);

/** The angle of the point (x, y), between −π and π; the signs of zeros count as in C99. */
export const atan2 = (y: Scalar, x: Scalar): Scalar => {
  const type = x.type;
  if ((type !== "f32" && type !== "f64") || y.type !== type)
    throw new Error(`internal: atan2 of values of types ${y.type} and ${x.type}`);
  const acute = angle(type, abs(y), abs(x));
  const behind = lt(bitcast(type === "f32" ? "i32" : "i64", x), 0);
  return copysign(select(behind, sub(constant(type, Math.PI), acute), acute), y);
};
