/** asinh, acosh and atanh, by way of log1p, so that they do not cancel where they are small. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  copysign,
  div,
  gt,
  lt,
  mul,
  multiplyAdd,
  select,
  sqrt,
  sub,
} from "../../program/scalar.ts";
import { log1p } from "./logarithm.ts";

/** From here on asinh and acosh are log(2x), and log(1 + x) is log x, to the last bit. */
const large = 2 ** 60;

/** log(1 + small), or log(2x) where x is large. */
const logOfSum = (x: Scalar, small: Scalar): Scalar => {
  const isLarge = gt(x, large);
  return add(log1p(select(isLarge, x, small)), select(isLarge, Math.LN2, sub(x, x)));
};

export const asinh = (x: Scalar): Scalar => {
  const size = abs(x);
  const square = mul(size, size);
  // √(1 + x²) − 1, without the cancellation
  const excess = div(square, add(sqrt(add(square, 1)), 1));
  return copysign(logOfSum(size, add(size, excess)), x);
};

export const acosh = (x: Scalar): Scalar => {
  const t = sub(x, 1);
  const root = sqrt(multiplyAdd(t, t, add(t, t)));
  return select(lt(x, 1), NaN, logOfSum(x, add(t, root)));
};

export const atanh = (x: Scalar): Scalar => {
  const size = abs(x);
  return copysign(mul(log1p(div(add(size, size), sub(1, size))), 0.5), x);
};
