/** The inside cover of a calculus book: elementary functions of one and two variables with their derivatives. */
import type { Scalar } from "../program/loop.ts";
import { bindOne } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as kernel from "./elementary/index.ts";
import * as reference from "./elementary/reference.ts";
import { elementwise } from "./elementwise.ts";
import {
  absolute,
  apply,
  computed,
  equal,
  type Expression,
  greater,
  less,
  minus,
  negative,
  over,
  plus,
  square,
  squareRoot,
  times,
  unless,
  when,
} from "./expression.ts";
import { floatDTypes } from "./kinds.ts";

// Functions that appear in each other's slopes.
const d = {
  exp: apply("exp"),
  sin: apply("sin"),
  cos: apply("cos"),
  sinh: apply("sinh"),
  cosh: apply("cosh"),
  sigmoid: apply("sigmoid"),
};

/** y = f(x) with the slope as an expression in x and y. */
const functionOf = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  evaluate: (x: number) => number,
  scalar: (x: Scalar) => Scalar,
  slope: (x: Expression, y: Expression) => Expression,
  domain: readonly [number, number],
  notation: string,
  ...otherDomains: readonly (readonly [number, number])[]
): ((x: Tensor) => Tensor) => {
  const primitive = elementwise({
    name,
    operands: 1,
    dtypes: floatDTypes,
    evaluate: ([x]) => evaluate(x!),
    scalar: ([x]) => scalar(x!),
    derivative: ([x], y) => [slope(x!, y)],
    domain: [domain],
    otherDomains: otherDomains.map((other) => [other]),
    notation,
  });
  return (x) => bindOne(primitive, [x]);
};

/** e^x for an x that is at most 0, or NaN: the compiler's word for an exponential whose argument it knows that of. */
export const expOfNonPositivePrimitive = elementwise({
  name: "expOfNonPositive",
  operands: 1,
  dtypes: floatDTypes,
  evaluate: ([x]) => Math.exp(x!),
  scalar: ([x]) => kernel.expOfNonPositive(x!),
  derivative: (_, y) => [y],
  domain: [[-3, 0]],
  otherDomains: [[[-40, -20]]],
  notation: "e^{#1}",
});

/** 1 − x², towards ±1 computed as (1 − x)·(1 + x): there the rounding of x² is as large as the difference. */
const oneMinusSquare = (x: Expression): Expression => {
  const squared = square(x);
  const formula = minus(1, squared);
  return computed(formula, when(greater(squared, 0.5), times(minus(1, x), plus(1, x)), formula));
};

/** √(x² + 1), which is |x| to the last digit from 2²⁷ on, where the square may overflow. */
const rootOfSquarePlusOne = (x: Expression): Expression => {
  const isFar = greater(absolute(x), 2 ** 27);
  return computed(
    squareRoot(plus(square(x), 1)),
    when(isFar, absolute(x), squareRoot(plus(square(unless(isFar, x)), 1))),
  );
};

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export const exp      = functionOf("exp",     Math.exp,     kernel.exp,     (_, y) => y,                                    [-3, 3],      "e^{#1}");
export const expm1    = functionOf("expm1",   Math.expm1,   kernel.expm1,   (_, y) => plus(y, 1),                           [-3, 3],      "e^{#1} - 1");
export const log      = functionOf("log",     Math.log,     kernel.log,     (x) => over(1, x),                              [0.2, 5],     "\\ln #1", [20, 500]);
export const log2     = functionOf("log2",    Math.log2,    kernel.log2,    (x) => over(Math.LOG2E, x),                     [0.2, 5],     "\\log_2 #1", [20, 500]);
export const log10    = functionOf("log10",   Math.log10,   kernel.log10,   (x) => over(Math.LOG10E, x),                    [0.2, 5],     "\\log_{10} #1", [20, 500]);
export const log1p    = functionOf("log1p",   Math.log1p,   kernel.log1p,   (x) => over(1, plus(1, x)),                     [-0.8, 5],    "\\ln(1 + #1)");

export const sin      = functionOf("sin",     Math.sin,     kernel.sin,     (x) => d.cos(x),                                  [-6, 6],      "\\sin #1", [50, 60]);
export const cos      = functionOf("cos",     Math.cos,     kernel.cos,     (x) => negative(d.sin(x)),                        [-6, 6],      "\\cos #1", [50, 60]);
export const tan      = functionOf("tan",     Math.tan,     kernel.tan,     (_, y) => plus(1, square(y)),                   [-1.2, 1.2],  "\\tan #1");
export const asin     = functionOf("asin",    Math.asin,    kernel.asin,    (x) => over(1, squareRoot(oneMinusSquare(x))),           [-0.9, 0.9], "\\arcsin #1");
export const acos     = functionOf("acos",    Math.acos,    kernel.acos,    (x) => negative(over(1, squareRoot(oneMinusSquare(x)))), [-0.9, 0.9], "\\arccos #1");
export const atan     = functionOf("atan",    Math.atan,    kernel.atan,    (x) => over(1, plus(1, square(x))),             [-4, 4],      "\\arctan #1", [20, 90]);

export const sinh     = functionOf("sinh",    Math.sinh,    kernel.sinh,    (x) => d.cosh(x),                                 [-3, 3],      "\\sinh #1");
export const cosh     = functionOf("cosh",    Math.cosh,    kernel.cosh,    (x) => d.sinh(x),                                 [-3, 3],      "\\cosh #1");
export const tanh     = functionOf("tanh",    Math.tanh,    kernel.tanh,    (_, y) => minus(1, square(y)),                  [-3, 3],      "\\tanh #1", [5, 12]);
export const asinh    = functionOf("asinh",   Math.asinh,   kernel.asinh,   (x) => over(1, rootOfSquarePlusOne(x)), [-4, 4],      "\\operatorname{arsinh} #1");
export const acosh    = functionOf("acosh",   Math.acosh,   kernel.acosh,   (x) => over(1, times(squareRoot(minus(x, 1)), squareRoot(plus(x, 1)))), [1.2, 5], "\\operatorname{arcosh} #1");
export const atanh    = functionOf("atanh",   Math.atanh,   kernel.atanh,   (x) => over(1, oneMinusSquare(x)),            [-0.9, 0.9],  "\\operatorname{artanh} #1");

export const sigmoid  = functionOf("sigmoid", reference.sigmoid,  kernel.sigmoid,  (_, y) => times(y, minus(1, y)),         [-4, 4],      "\\sigma(#1)", [-40, -20], [20, 40]);
export const softplus = functionOf("softplus", reference.softplus, kernel.softplus, (x) => d.sigmoid(x),                      [-4, 4],      "\\ln(1 + e^{#1})", [-40, -20], [20, 40]);
export const erf      = functionOf("erf",     reference.erf, kernel.erf,    (x) => times(twoOverRootPi, d.exp(negative(square(x)))), [-2, 2], "\\operatorname{erf}(#1)", [2.8, 5]);
export const erfc     = functionOf("erfc",    reference.erfc, kernel.erfc,  (x) => times(-twoOverRootPi, d.exp(negative(square(x)))), [-2, 2], "\\operatorname{erfc}(#1)", [2.8, 5]);
/** Differences need distance from the poles at ±1; test/primitives/elementary has the values close to them. */
export const erfinv   = functionOf("erfinv",  reference.erfinv, kernel.erfinv, (_, y) => times(Math.sqrt(Math.PI) / 2, d.exp(square(y))), [-0.9, 0.9], "\\operatorname{erf}^{-1}(#1)");

/**
 * The angle of the point (x, y); both slopes are 0 at the origin. x² + y² overflows and vanishes long before the slopes
 * do: with q, the shorter coordinate by the longer one l, it is l²·(1 + q²).
 */
const atan2Primitive = elementwise({
  name: "atan2",
  operands: 2,
  dtypes: floatDTypes,
  evaluate: ([y, x]) => Math.atan2(y!, x!),
  scalar: ([y, x]) => kernel.atan2(y!, x!),
  derivative: ([y, x]) => {
    const squares = plus(square(x!), square(y!));
    const isWide = less(absolute(y!), absolute(x!));
    const longer = when(isWide, x!, y!);
    const atOrigin = equal(longer, 0);
    // Not chosen at the origin, but finite there too: 0·∞ would make second derivatives NaN.
    const divisor = unless(atOrigin, longer);
    const q = over(when(isWide, y!, x!), divisor);
    const reach = times(divisor, plus(1, square(q)));
    const slope = (coordinate: Expression, part: Expression) =>
      computed(when(equal(squares, 0), 0, over(coordinate, squares)), when(atOrigin, 0, over(part, reach)));
    return [slope(x!, when(isWide, 1, q)), negative(slope(y!, when(isWide, q, 1)))];
  },
  domain: [
    [0.3, 3],
    [0.3, 3],
  ],
  otherDomains: [
    [
      [0.3, 3],
      [-3, -0.3],
    ],
    [
      [-3, -0.3],
      [-3, -0.3],
    ],
  ],
  notation: "\\operatorname{atan2}(#1, #2)",
});

export const atan2 = (y: Tensor, x: Tensor): Tensor => bindOne(atan2Primitive, [y, x]);
