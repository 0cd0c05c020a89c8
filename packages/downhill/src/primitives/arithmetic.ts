/** Arithmetic, element by element, with its derivatives. */
import type { Scalar } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as kernel from "./elementary/index.ts";
import * as reference from "./elementary/reference.ts";
import { elementwise } from "./elementwise.ts";
import {
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
  power,
  times,
  unless,
  when,
} from "./expression.ts";
import { floatDTypes, numericDTypes, valueOfOperand } from "./kinds.ts";

const log = apply("log");
const signTerm = apply("sign");
const floorOf = apply("floor");

const isFloat = (x: Scalar): boolean => x.type === "f32" || x.type === "f64";

export const addPrimitive = elementwise({
  name: "add",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b]) => a! + b!,
  scalar: ([a, b]) => s.add(a!, b!),
  derivative: () => [
    { kind: "number", value: 1 },
    { kind: "number", value: 1 },
  ],
  transpose: (ct, [a, b]) => [a!.linear ? ct : undefined, b!.linear ? ct : undefined],
  domain: [
    [-3, 3],
    [-3, 3],
  ],
  notation: "#1 + #2",
});
export const add = (a: Tensor, b: Tensor): Tensor => bindOne(addPrimitive, [a, b]);

export const subPrimitive = elementwise({
  name: "sub",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b]) => a! - b!,
  scalar: ([a, b]) => s.sub(a!, b!),
  derivative: () => [
    { kind: "number", value: 1 },
    { kind: "number", value: -1 },
  ],
  transpose: (ct, [a, b]) => [a!.linear ? ct : undefined, b!.linear ? neg(ct) : undefined],
  domain: [
    [-3, 3],
    [-3, 3],
  ],
  notation: "#1 - #2",
});
export const sub = (a: Tensor, b: Tensor): Tensor => bindOne(subPrimitive, [a, b]);

export const mulPrimitive = elementwise({
  name: "mul",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b], dtype) => (dtype === "int32" ? Math.imul(a!, b!) : a! * b!),
  scalar: ([a, b]) => s.mul(a!, b!),
  derivative: ([x, y]) => [y!, x!],
  transpose: (ct, [a, b]) =>
    a!.linear ? [mul(ct, valueOfOperand(b!)), undefined] : [undefined, mul(a!.value, ct)],
  domain: [
    [-3, 3],
    [-3, 3],
  ],
  notation: "#1 \\cdot #2",
});
export const mul = (a: Tensor, b: Tensor): Tensor => bindOne(mulPrimitive, [a, b]);

/** True division; of floats only. */
export const divPrimitive = elementwise({
  name: "div",
  operands: 2,
  dtypes: floatDTypes,
  evaluate: ([a, b]) => a! / b!,
  scalar: ([a, b]) => s.div(a!, b!),
  derivative: ([, y], z) => [over(1, y!), negative(over(z, y!))],
  transpose: (ct, [, b]) => [div(ct, valueOfOperand(b!)), undefined],
  domain: [
    [-3, 3],
    [0.5, 3],
  ],
  otherDomains: [
    [
      [-3, 3],
      [-3, -0.5],
    ],
  ],
  notation: "\\frac{#1}{#2}",
});
export const div = (a: Tensor, b: Tensor): Tensor => bindOne(divPrimitive, [a, b]);

export const negPrimitive = elementwise({
  name: "neg",
  operands: 1,
  dtypes: numericDTypes,
  evaluate: ([a]) => -a!,
  scalar: ([a]) => s.neg(a!),
  derivative: () => [{ kind: "number", value: -1 }],
  transpose: (ct) => [neg(ct)],
  domain: [[-3, 3]],
  notation: "-#1",
});
export const neg = (a: Tensor): Tensor => bindOne(negPrimitive, [a]);

export const squarePrimitive = elementwise({
  name: "square",
  operands: 1,
  dtypes: numericDTypes,
  evaluate: ([a], dtype) => (dtype === "int32" ? Math.imul(a!, a!) : a! * a!),
  scalar: ([a]) => s.mul(a!, a!),
  derivative: ([x]) => [times(2, x!)],
  domain: [[-3, 3]],
  notation: "#1^2",
});
export const square = (a: Tensor): Tensor => bindOne(squarePrimitive, [a]);

/** Slope +Infinity at 0. */
export const sqrtPrimitive = elementwise({
  name: "sqrt",
  operands: 1,
  dtypes: floatDTypes,
  evaluate: ([a]) => Math.sqrt(a!),
  scalar: ([a]) => s.sqrt(a!),
  derivative: (_, y) => [over(0.5, y)],
  domain: [[0.3, 4]],
  notation: "\\sqrt{#1}",
});
export const sqrt = (a: Tensor): Tensor => bindOne(sqrtPrimitive, [a]);

/**
 * x^y as in C99. By the base the slope is y·x^(y−1), and 0 at 0⁰, where that is 0·∞; at y = 0 it is computed as y·x^y/x,
 * since for a small x the powers of derivatives to come overflow, and 0·∞ would be NaN. By the exponent it is z·ln x, and 0
 * at base 0, where the power does not change with a positive exponent. All stand so that derivatives of any order come
 * out right there in either mode: what is not chosen is finite.
 */
export const powPrimitive = elementwise({
  name: "pow",
  operands: 2,
  dtypes: floatDTypes,
  evaluate: ([a, b]) => reference.pow(a!, b!),
  scalar: ([a, b]) => kernel.pow(a!, b!),
  derivative: ([x, y], z) => {
    const isOne = equal(y!, 0);
    const base = when(isOne, unless(equal(x!, 0), x!), 1);
    const slope = when(
      isOne,
      over(times(y!, power(base, y!)), base),
      times(y!, power(unless(isOne, x!), minus(y!, 1))),
    );
    return [
      computed(times(y!, power(x!, minus(y!, 1))), slope),
      when(equal(x!, 0), 0, times(z, log(unless(equal(x!, 0), x!)))),
    ];
  },
  domain: [
    [0.3, 3],
    [-2, 3],
  ],
  notation: "{#1}^{#2}",
});
export const pow = (a: Tensor, b: Tensor): Tensor => bindOne(powPrimitive, [a, b]);

const half =
  (wins: typeof greater) =>
  (x: Expression, y: Expression): Expression =>
    when(wins(x, y), 1, when(equal(x, y), 0.5, 0));

/** Equal operands share the slope, half each. NaN if either is. */
export const maximumPrimitive = elementwise({
  name: "maximum",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b]) => Math.max(a!, b!),
  scalar: ([a, b]) => s.max(a!, b!),
  derivative: ([x, y]) => [half(greater)(x!, y!), half(greater)(y!, x!)],
  domain: [
    [-3, -0.1],
    [0.1, 3],
  ],
  otherDomains: [
    [
      [0.1, 3],
      [-3, -0.1],
    ],
  ],
  notation: "\\max(#1, #2)",
});
export const maximum = (a: Tensor, b: Tensor): Tensor => bindOne(maximumPrimitive, [a, b]);

/** Equal operands share the slope, half each. NaN if either is. */
export const minimumPrimitive = elementwise({
  name: "minimum",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b]) => Math.min(a!, b!),
  scalar: ([a, b]) => s.min(a!, b!),
  derivative: ([x, y]) => [half(less)(x!, y!), half(less)(y!, x!)],
  domain: [
    [-3, -0.1],
    [0.1, 3],
  ],
  otherDomains: [
    [
      [0.1, 3],
      [-3, -0.1],
    ],
  ],
  notation: "\\min(#1, #2)",
});
export const minimum = (a: Tensor, b: Tensor): Tensor => bindOne(minimumPrimitive, [a, b]);

/** The remainder with the sign of the divisor (NumPy's and Python's); an integer modulo 0 is 0. */
export const modPrimitive = elementwise({
  name: "mod",
  operands: 2,
  dtypes: numericDTypes,
  evaluate: ([a, b], dtype) => {
    if (dtype === "int32" && b === 0) return 0;
    return reference.mod(a!, b!);
  },
  scalar: ([a, b]) => (isFloat(a!) ? kernel.mod(a!, b!) : integerMod(a!, b!)),
  // By the divisor −⌊x/y⌋, from the remainder: x/y itself may round up to a whole number that it does not reach.
  derivative: ([x, y], z) => [
    { kind: "number", value: 1 },
    negative(computed(floorOf(over(x!, y!)), floorOf(plus(over(minus(x!, z), y!), 0.5)))),
  ],
  domain: [
    [0.2, 1.8],
    [2, 3],
  ],
  otherDomains: [
    [
      [-1.8, -0.2],
      [2, 3],
    ],
    [
      [0.2, 1.8],
      [-3, -2],
    ],
    [
      [6.2, 6.8],
      [2.5, 3],
    ],
  ],
  notation: "#1 \\bmod #2",
});
export const mod = (a: Tensor, b: Tensor): Tensor => bindOne(modPrimitive, [a, b]);

const integerMod = (a: Scalar, b: Scalar): Scalar => {
  const remainder = s.remainder(a, b);
  const differs = s.and(s.ne(remainder, 0), s.lt(s.xor(remainder, b), 0));
  return s.select(s.eq(b, 0), 0, s.select(differs, s.add(remainder, b), remainder));
};

/** Slope 0 at 0. */
export const absPrimitive = elementwise({
  name: "abs",
  operands: 1,
  dtypes: numericDTypes,
  evaluate: ([a]) => Math.abs(a!),
  scalar: ([a]) => s.abs(a!),
  derivative: ([x]) => [signTerm(x!)],
  domain: [[0.2, 3]],
  otherDomains: [[[-3, -0.2]]],
  notation: "\\left|#1\\right|",
});
export const abs = (a: Tensor): Tensor => bindOne(absPrimitive, [a]);

/** −1, 0 or 1; slope 0. NaN stays NaN. */
export const signPrimitive = elementwise({
  name: "sign",
  operands: 1,
  dtypes: numericDTypes,
  evaluate: ([a]) => Math.sign(a!),
  scalar: ([a]) => {
    const one = s.constant(a!.type, 1);
    const signed = isFloat(a!) ? s.copysign(one, a!) : s.select(s.lt(a!, 0), -1, one);
    const isOrdered = s.or(s.lt(a!, 0), s.gt(a!, 0));
    return s.select(isOrdered, signed, a!);
  },
  derivative: () => [{ kind: "number", value: 0 }],
  domain: [[0.2, 3]],
  otherDomains: [[[-3, -0.2]]],
  notation: "\\operatorname{sign}(#1)",
});
export const sign = (a: Tensor): Tensor => bindOne(signPrimitive, [a]);

/** Piecewise constant functions: slope 0 everywhere. */
const rounding = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  value: (x: number) => number,
  scalar: (x: Scalar) => Scalar,
  notation: string,
): ((x: Tensor) => Tensor) => {
  const primitive = elementwise({
    name,
    operands: 1,
    dtypes: floatDTypes,
    evaluate: ([a]) => value(a!),
    scalar: ([a]) => scalar(a!),
    derivative: () => [{ kind: "number", value: 0 }],
    domain: [[0.1, 0.4]],
    otherDomains: [[[-2.9, -2.6]]],
    notation,
  });
  return (x) => bindOne(primitive, [x]);
};

export const floor = rounding("floor", Math.floor, s.floor, "\\lfloor #1 \\rfloor");
export const ceil = rounding("ceil", Math.ceil, s.ceil, "\\lceil #1 \\rceil");
/** Halves go to the even neighbour. */
export const round = rounding("round", reference.roundHalfEven, s.nearest, "\\operatorname{round}(#1)");
