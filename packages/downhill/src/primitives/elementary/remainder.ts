/** mod: the remainder of a division of floats with the sign of the divisor. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  constant,
  convert,
  div,
  eq,
  lt,
  mul,
  multiplyAdd,
  ne,
  nearest,
  neg,
  not,
  or,
  rare,
  remainder,
  routine,
  select,
  shiftLeft,
  shiftRightUnsigned,
  sub,
  xor,
} from "../../program/scalar.ts";

/** `a·b mod m` for 0 ≤ a, b < m < 2^53, all i64: the error of the quotient is small, and the difference is exact modulo 2^64. */
const multiplyModulo = (a: Scalar, b: Scalar, m: Scalar): Scalar => {
  const quotient = convert("i64", div(mul(convert("f64", a), convert("f64", b)), convert("f64", m)));
  const difference = remainder(sub(mul(a, b), mul(quotient, m)), m);
  return select(lt(difference, 0), add(difference, m), difference);
};
