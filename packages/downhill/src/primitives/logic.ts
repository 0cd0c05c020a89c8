/** Comparisons, boolean and bitwise operations, selection, conversion of dtypes, and the derivative stop. */
import type { Scalar } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { scalarTypeOf } from "../program/loop.ts";
import { bindOne } from "../program/trace.ts";
import { type DType, isFloating } from "../tensor/dtype.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { elementwise } from "./elementwise.ts";
import { everyDType, floatDTypes, typeOfOperand, valueOfOperand } from "./kinds.ts";
import { dtypeParam } from "./params.ts";

const comparison = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  evaluate: (a: number, b: number) => boolean,
  scalar: (a: Scalar, b: Scalar) => Scalar,
  notation: string,
) => {
  const primitive = elementwise({
    name,
    operands: 2,
    dtypes: everyDType,
    resultDType: () => "bool",
    evaluate: ([a, b]) => Number(evaluate(a!, b!)),
    scalar: ([a, b]) =>
      a!.type === "bool" ? scalar(s.convert("i32", a!), s.convert("i32", b!)) : scalar(a!, b!),
    domain: [
      [-3, 3],
      [-3, 3],
    ],
    notation,
  });
  return (a: Tensor, b: Tensor): Tensor => bindOne(primitive, [a, b]);
};

// On NaN every comparison but `ne` is false.
export const eq = comparison("eq", (a, b) => a === b, s.eq, "#1 = #2");
export const ne = comparison("ne", (a, b) => a !== b, s.ne, "#1 \\ne #2");
export const lt = comparison("lt", (a, b) => a < b, s.lt, "#1 < #2");
export const le = comparison("le", (a, b) => a <= b, s.le, "#1 \\le #2");
export const gt = comparison("gt", (a, b) => a > b, s.gt, "#1 > #2");
export const ge = comparison("ge", (a, b) => a >= b, s.ge, "#1 \\ge #2");

const bitwise = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  evaluate: (a: number, b: number) => number,
  scalar: (a: Scalar, b: Scalar) => Scalar,
  notation: string,
) => {
  const primitive = elementwise({
    name,
    operands: 2,
    dtypes: ["bool", "int32"],
    evaluate: ([a, b]) => evaluate(a!, b!),
    scalar: ([a, b]) => scalar(a!, b!),
    domain: [
      [-9, 9],
      [-9, 9],
    ],
    notation,
  });
  return (a: Tensor, b: Tensor): Tensor => bindOne(primitive, [a, b]);
};

export const and = bitwise("and", (a, b) => a & b, s.and, "#1 \\wedge #2");
export const or = bitwise("or", (a, b) => a | b, s.or, "#1 \\vee #2");
export const xor = bitwise("xor", (a, b) => a ^ b, s.xor, "#1 \\oplus #2");

const notPrimitive = elementwise({
  name: "not",
  operands: 1,
  dtypes: ["bool", "int32"],
  evaluate: ([a], dtype) => (dtype === "bool" ? 1 - a! : ~a!),
  scalar: ([a]) => s.not(a!),
  domain: [[-9, 9]],
  notation: "\\neg #1",
});
export const not = (a: Tensor): Tensor => bindOne(notPrimitive, [a]);

/** The bits of a moved right by b places (modulo 32), with zeros coming in from the left. */
const shiftRightLogicalPrimitive = elementwise({
  name: "shiftRightLogical",
  operands: 2,
  dtypes: ["int32"],
  evaluate: ([a, b]) => a! >>> b!,
  scalar: ([a, b]) => s.shiftRightUnsigned(a!, b!),
  domain: [
    [-1e9, 1e9],
    [0, 31],
  ],
  notation: "#1 \\ggg #2",
});
export const shiftRightLogical = (a: Tensor, b: Tensor): Tensor =>
  bindOne(shiftRightLogicalPrimitive, [a, b]);

/** select(condition, a, b): a where the condition holds, otherwise b; linear in a and b. */
const selectPrimitive = elementwise({
  name: "select",
  operands: 3,
  dtypes: everyDType,
  firstDType: "bool",
  evaluate: ([condition, a, b]) => (condition ? a! : b!),
  scalar: ([condition, a, b]) => s.select(condition!, a!, b!),
  tangent: ([condition], [, da, db], output) =>
    da || db ? select(condition!, da ?? literal(0, output.dtype), db ?? literal(0, output.dtype)) : undefined,
  transpose: (ct, [condition, a, b]) => {
    const zero = literal(0, ct.dtype);
    const chosen = valueOfOperand(condition!);
    return [
      undefined,
      a!.linear ? select(chosen, ct, zero) : undefined,
      b!.linear ? select(chosen, zero, ct) : undefined,
    ];
  },
  domain: [
    [0, 1],
    [-3, 3],
    [-3, 3],
  ],
  notation: "\\begin{cases} #2 & #1 \\\\ #3 & \\text{otherwise} \\end{cases}",
});
export const select = (condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  bindOne(selectPrimitive, [condition, a, b]);

const toInteger = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.trunc(Math.max(-2147483648, Math.min(2147483647, x)));

/** Another dtype. Floats become integers by cutting off the fraction, saturating; NaN becomes 0. */
const convertPrimitive = elementwise({
  name: "convert",
  operands: 1,
  dtypes: everyDType,
  resultDType: (_, params) => dtypeParam(params, "dtype"),
  evaluate: ([a], output) => (output === "bool" ? Number(a !== 0) : output === "int32" ? toInteger(a!) : a!),
  scalar: ([a], output) => s.convert(scalarTypeOf[output.dtype], a!),
  tangent: (_, [tangent], output) =>
    tangent && isFloating(output.dtype) ? convert(tangent, output.dtype) : undefined,
  transpose: (ct, [a]) => [convert(ct, typeOfOperand(a!).dtype)],
  domain: [[-3, 3]],
  sampleParams: [{ dtype: "float32" }, { dtype: "float64" }, { dtype: "int32" }, { dtype: "bool" }],
  notation: "#1",
});
export const convert = (a: Tensor, dtype: DType): Tensor =>
  a.dtype === dtype ? a : bindOne(convertPrimitive, [a], { dtype });

/** The value with slope 0. */
export const stopGradientPrimitive = elementwise({
  name: "stopGradient",
  operands: 1,
  dtypes: everyDType,
  evaluate: ([a]) => a!,
  scalar: ([a]) => a!,
  derivative: () => [{ kind: "number", value: 0 }],
  domain: [[-3, 3]],
  notation: "\\operatorname{stop}(#1)",
});
export const stopGradient = (a: Tensor): Tensor => bindOne(stopGradientPrimitive, [a]);

/** Whether an element is neither infinite nor NaN. */
const isFinitePrimitive = elementwise({
  name: "isFinite",
  operands: 1,
  dtypes: floatDTypes,
  resultDType: () => "bool",
  evaluate: ([a]) => Number(Number.isFinite(a)),
  // x − x is 0 for finite x and NaN otherwise.
  scalar: ([a]) => s.eq(s.sub(a!, a!), 0),
  domain: [[-3, 3]],
  notation: "\\left|#1\\right| < \\infty",
});
export const isFinite = (a: Tensor): Tensor => bindOne(isFinitePrimitive, [a]);
