/** The nonlinear functions of neural networks. Integers become float32. */
import * as p from "../primitives/index.ts";
import type { Operand } from "../tensor/tensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add, erfc, expm1, greater, less, lessEqual, mul, square, where } from "./elementwise.ts";
import { asTensor, floating, ofFloat } from "./operands.ts";

/** 1 / (1 + e^(−x)). */
export const sigmoid = ofFloat(p.sigmoid);
/** ln(1 + e^x), without overflow. */
export const softplus = ofFloat(p.softplus);
/** ln σ(x) = −softplus(−x). */
export const logSigmoid = ofFloat((x) => p.neg(p.softplus(p.neg(x))));
/** max(x, 0); slope 0 at 0. NaN stays NaN. */
export const relu = ofFloat((x) => where(lessEqual(x, 0), 0, x));
/** x·σ(x), also called swish (Ramachandran et al. 2017). */
export const silu = ofFloat((x) => p.mul(x, p.sigmoid(x)));
/** x where x > 0, otherwise negativeSlope·x; slope `negativeSlope` at 0. */
export const leakyRelu = (x: Operand, negativeSlope = 0.01): Tensor => {
  const value = floating(x);
  return where(greater(value, 0), value, mul(value, negativeSlope));
};
/** x where x > 0, otherwise alpha·(e^x − 1) (Clevert et al. 2015). */
export const elu = (x: Operand, alpha = 1): Tensor => {
  const value = floating(x);
  const isPositive = greater(value, 0);
  // The exponential must not overflow where it is not used, or its slope would be NaN there.
  return where(isPositive, value, mul(expm1(where(isPositive, 0, value)), alpha));
};

export interface GeluOptions {
  /** `"none"`: x·Φ(x); `"tanh"`: the approximation of Hendrycks and Gimpel (2016). */
  readonly approximate?: "none" | "tanh";
}

/**
 * x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016). Φ(x) = erfc(−x/√2)/2 and, in the
 * approximation, (1 + tanh u)/2 = σ(2u): neither cancels where x is negative.
 */
export const gelu = (x: Operand, { approximate = "none" }: GeluOptions = {}): Tensor => {
  const value = floating(x);
  if (approximate === "none") return mul(mul(value, 0.5), erfc(mul(value, -Math.SQRT1_2)));
  const cubic = mul(value, add(mul(square(value), 0.044715), 1));
  return mul(value, sigmoid(mul(cubic, 2 * Math.sqrt(2 / Math.PI))));
};

/** x held between `min` and `max` (null: no bound); exactly at a bound the whole slope passes. NaN stays NaN. */
export const clip = (x: Operand, min: Operand | null, max: Operand | null): Tensor => {
  let value = asTensor(x);
  if (min !== null) value = where(less(value, min), min, value);
  if (max !== null) value = where(greater(value, max), max, value);
  return value;
};
