/** The operators of loop code as expressions of C, on values alone and in lanes. */
import type { ScalarOperator, ScalarType } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import {
  asMask,
  divideIntegers,
  fitMask,
  floatToInteger,
  type HelperContext,
  minMaxFloat,
  multiplyAdd,
  selectLanes,
  unaryFloat,
} from "./helpers.ts";
import { bytesOf, type LaneCount, typeName } from "./types.ts";

/** An operation on operands that are names or parenthesised expressions. */
export interface Operation {
  readonly operator: ScalarOperator;
  readonly type: ScalarType;
  readonly argTypes: readonly ScalarType[];
  readonly args: readonly string[];
  /** The i-th operand if it is a constant. */
  readonly constant?: (i: number) => number | undefined;
}

const signs: Partial<Record<ScalarOperator, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  and: "&",
  or: "|",
  xor: "^",
};

const comparisons: Partial<Record<ScalarOperator, string>> = {
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

const boolSigns: Partial<Record<ScalarOperator, string>> = {
  and: "&",
  mul: "&",
  min: "&",
  or: "|",
  add: "|",
  max: "|",
  xor: "^",
};

/** Comparisons of masks, in which true is −1. */
const maskComparisons: Partial<Record<ScalarOperator, (a: string, b: string) => string>> = {
  eq: (a, b) => `~(${a} ^ ${b})`,
  ne: (a, b) => `(${a} ^ ${b})`,
  lt: (a, b) => `(~${a} & ${b})`,
  le: (a, b) => `(~${a} | ${b})`,
  gt: (a, b) => `(${a} & ~${b})`,
  ge: (a, b) => `(${a} | ~${b})`,
};

const none = (operator: ScalarOperator, type: ScalarType): never => {
  throw new Error(`internal: loop code has no ${operator} on ${type}`);
};

const zeroOf = (type: string): string => `(${type}){}`;

const conversion = (
  context: HelperContext,
  from: ScalarType,
  to: ScalarType,
  lanes: LaneCount,
  a: string,
): string => {
  const { machine } = context;
  if (from === to) return a;
  const target = typeName(machine, to, lanes);
  if (to === "bool")
    return lanes === undefined
      ? `(${a} != 0)`
      : asMask(machine, from, lanes, `${a} != ${zeroOf(typeName(machine, from, lanes))}`);
  if (isFloat(from) && !isFloat(to)) return `${floatToInteger(context, from, to, lanes)}(${a})`;
  if (lanes === undefined) return `(${target})${a}`;
  if (from === "bool") return `__builtin_convertvector(-${fitMask(machine, to, lanes, a)}, ${target})`;
  return `__builtin_convertvector(${a}, ${target})`;
};

const onBools = ({ operator, args }: Operation, lanes: LaneCount): string => {
  const [a, b] = args as [string, string];
  if (operator === "not") return lanes === undefined ? `(${a} ^ 1)` : `~${a}`;
  const sign = boolSigns[operator] ?? none(operator, "bool");
  return `(${a} ${sign} ${b})`;
};

/** min and max with a number that is not NaN: one comparison, which sees to signs of zeros and lets NaN through. */
const withBound = (
  context: HelperContext,
  operator: "min" | "max",
  type: "f32" | "f64",
  lanes: LaneCount,
  x: string,
  bound: string,
  value: number,
): string => {
  const winsTie = value === 0 && Object.is(value, -0) === (operator === "min");
  const sign = (operator === "max" ? "<" : ">") + (winsTie ? "=" : "");
  if (lanes === undefined) return `(${x} ${sign} ${bound} ? ${bound} : ${x})`;
  const mask = asMask(context.machine, type, lanes, `${x} ${sign} ${bound}`);
  return selectLanes(context, type, lanes, mask, bound, x);
};

const onFloats = (
  context: HelperContext,
  { operator, args, constant }: Operation,
  type: "f32" | "f64",
  lanes: LaneCount,
): string => {
  const { machine } = context;
  const [a, b] = args as [string, string];
  const name = typeName(machine, type, lanes);
  const bits = `i${String(bytesOf[type] * 8)}`;
  switch (operator) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      return `(${a} ${signs[operator]!} ${b})`;
    case "neg":
      return `(-${a})`;
    case "abs": {
      if (lanes === undefined) return `__builtin_fabs${type === "f32" ? "f" : ""}(${a})`;
      const vector = `${bits}x${String(lanes)}`;
      return `(${name})((${vector})${a} & ~(${vector})splat_${name}(-0.0${type === "f32" ? "f" : ""}))`;
    }
    case "copysign": {
      if (lanes === undefined) return `__builtin_copysign${type === "f32" ? "f" : ""}(${a}, ${b})`;
      const vector = `${bits}x${String(lanes)}`;
      const sign = `(${vector})splat_${name}(-0.0${type === "f32" ? "f" : ""})`;
      return `(${name})(((${vector})${a} & ~${sign}) | ((${vector})${b} & ${sign}))`;
    }
    case "min":
    case "max": {
      for (const i of [1, 0]) {
        const value = constant?.(i);
        if (value !== undefined && !Number.isNaN(value))
          return withBound(context, operator, type, lanes, args[1 - i]!, args[i]!, value);
      }
      return `${minMaxFloat(context, operator, type, lanes)}(${a}, ${b})`;
    }
    case "sqrt":
    case "floor":
    case "ceil":
    case "trunc":
    case "nearest":
      return `${unaryFloat(context, operator, type, lanes)}(${a})`;
    case "multiplyAdd":
      return `(${multiplyAdd(context, type, lanes, args as [string, string, string])})`;
    default:
      return none(operator, type);
  }
};

const onIntegers = (
  context: HelperContext,
  { operator, args }: Operation,
  type: "i32" | "i64",
  lanes: LaneCount,
): string => {
  const { machine } = context;
  const [a, b] = args as [string, string];
  const name = typeName(machine, type, lanes);
  const unsigned = `u${name.slice(1)}`;
  const count = `(${b} & ${type === "i32" ? "31" : "63LL"})`;
  switch (operator) {
    case "add":
    case "sub":
    case "mul":
    case "and":
    case "or":
    case "xor":
      return `(${a} ${signs[operator]!} ${b})`;
    case "neg":
      return `(-${a})`;
    case "not":
      return `(~${a})`;
    case "abs": {
      const sign = `(${a} >> ${type === "i32" ? "31" : "63"})`;
      return `((${a} ^ ${sign}) - ${sign})`;
    }
    case "min":
    case "max": {
      const comparison = `${a} ${operator === "min" ? "<" : ">"} ${b}`;
      if (lanes === undefined) return `(${comparison} ? ${a} : ${b})`;
      return selectLanes(context, type, lanes, asMask(machine, type, lanes, comparison), a, b);
    }
    case "shiftLeft":
      return `(${name})((${unsigned})${a} << (${unsigned})${count})`;
    case "shiftRightUnsigned":
      return `(${name})((${unsigned})${a} >> (${unsigned})${count})`;
    case "shiftRightSigned":
      return `(${a} >> ${count})`;
    case "quotient":
    case "remainder":
      return `${divideIntegers(context, operator, type, lanes)}(${a}, ${b})`;
    case "multiplyAdd":
      return `(${a} * ${b} + ${args[2]!})`;
    default:
      return none(operator, type);
  }
};

const bitcast = (
  { machine, helper }: HelperContext,
  from: ScalarType,
  to: ScalarType,
  lanes: LaneCount,
  a: string,
): string => {
  if (from === to) return a;
  if (lanes !== undefined) return `(${typeName(machine, to, lanes)})${a}`;
  const name = helper(
    `bits_${to}_of_${from}`,
    () =>
      `static inline ${to} bits_${to}_of_${from}(${from} a) { ${to} r; __builtin_memcpy(&r, &a, sizeof r); return r; }`,
  );
  return `${name}(${a})`;
};

/** The result of an operation, as an expression. */
export const operationText = (context: HelperContext, operation: Operation, lanes: LaneCount): string => {
  const { operator, type, argTypes, args } = operation;
  const [a, b, c] = args as [string, string, string];
  const argType = argTypes[0] ?? type;
  const comparison = comparisons[operator];
  if (comparison !== undefined) {
    if (lanes === undefined) return `(${a} ${comparison} ${b})`;
    if (argType === "bool") return maskComparisons[operator]!(a, b);
    return asMask(context.machine, argType, lanes, `${a} ${comparison} ${b}`);
  }
  switch (operator) {
    case "select":
      return lanes === undefined ? `(${a} ? ${b} : ${c})` : selectLanes(context, type, lanes, a, b, c);
    case "convert":
      return conversion(context, argType, type, lanes, a);
    case "bitcast":
      return bitcast(context, argType, type, lanes, a);
    default:
  }
  if (type === "bool") return onBools(operation, lanes);
  if (isFloat(type)) return onFloats(context, operation, type, lanes);
  return onIntegers(context, operation, type, lanes);
};
