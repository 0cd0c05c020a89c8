/** The operators of loop code on single values. */
import type { ScalarOperator, ScalarType } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import type { Code, FunctionBuilder } from "./code.ts";
import type { OpcodeName } from "./opcodes.ts";
import { valueTypeOf } from "./types.ts";

/** An operation apart from the values that it works on. */
export interface Operation {
  readonly operator: ScalarOperator;
  readonly type: ScalarType;
  readonly argTypes: readonly ScalarType[];
}

/** Where instructions go: `push(i)` writes those that leave the i-th operand on the stack. */
export interface Operands {
  readonly fn: FunctionBuilder;
  readonly code: Code;
  readonly push: (i: number) => void;
}

/** What an operator means on booleans, where that is not bit by bit under the same name. */
const onBools: Partial<Record<ScalarOperator, "and" | "or" | "xor">> = {
  and: "and",
  or: "or",
  xor: "xor",
  add: "or",
  mul: "and",
  min: "and",
  max: "or",
};

const onIntegers: Partial<Record<ScalarOperator, string>> = {
  add: "add",
  sub: "sub",
  mul: "mul",
  and: "and",
  or: "or",
  xor: "xor",
  shiftLeft: "shl",
  shiftRightSigned: "shr_s",
  shiftRightUnsigned: "shr_u",
};

const comparisons = new Set<ScalarOperator>(["eq", "ne", "lt", "le", "gt", "ge"]);

export const isComparison = (operator: ScalarOperator): boolean => comparisons.has(operator);

const comparisonOf = (operator: ScalarOperator, type: ScalarType): OpcodeName => {
  const unsigned = type === "bool";
  const suffix = isFloat(type) || operator === "eq" || operator === "ne" ? "" : unsigned ? "_u" : "_s";
  return `${valueTypeOf[type]}.${operator}${suffix}` as OpcodeName;
};

/** The one instruction that an operation is, if it is one. */
const instructionOf = ({ operator, type, argTypes }: Operation): OpcodeName | undefined => {
  const argType = argTypes[0] ?? type;
  if (comparisons.has(operator)) return comparisonOf(operator, argType);
  if (operator === "bitcast") {
    if (type === argType) return undefined;
    return `${valueTypeOf[type]}.reinterpret_${valueTypeOf[argType]}` as OpcodeName;
  }
  if (type === "bool") {
    if (operator === "not") return "i32.eqz";
    const name = onBools[operator];
    return name === undefined ? undefined : `i32.${name}`;
  }
  if (isFloat(type)) {
    if (operator === "multiplyAdd" || operator === "select" || operator === "convert") return undefined;
    return `${type}.${operator}` as OpcodeName;
  }
  const name = onIntegers[operator];
  return name === undefined ? undefined : (`${type}.${name}` as OpcodeName);
};

const pushInteger = (code: Code, type: ScalarType, value: number): Code =>
  type === "i64" ? code.i64(BigInt(value)) : code.i32(value);

const pushZero = (code: Code, type: ScalarType): Code =>
  isFloat(type) ? code.constant(type, 0) : pushInteger(code, type, 0);

const pushConversion = (from: ScalarType, to: ScalarType, { code, push }: Operands): void => {
  push(0);
  const source = valueTypeOf[from];
  const target = valueTypeOf[to];
  if (from === to) return;
  if (to === "bool") pushZero(code, from).op(`${source}.ne` as OpcodeName);
  else if (source === target) return;
  else if (source === "i32" && target === "i64") code.op("i64.extend_i32_s");
  else if (source === "i64" && target === "i32") code.op("i32.wrap_i64");
  else if (source === "f32" && target === "f64") code.op("f64.promote_f32");
  else if (source === "f64" && target === "f32") code.op("f32.demote_f64");
  else if (isFloat(from)) code.op(`${target}.trunc_sat_${source}_s` as OpcodeName);
  else code.op(`${target}.convert_${source}_s` as OpcodeName);
};

/** The dividing instructions trap where loop code defines a result: at divisor 0, and at the least number over −1. */
const pushDivision = (operator: "quotient" | "remainder", type: "i32" | "i64", operands: Operands): void => {
  const { fn, code, push } = operands;
  fn.borrow(type, (a) => {
    fn.borrow(type, (b) => {
      push(0);
      code.set(a);
      push(1);
      code.tee(b);
      // b ∈ {−1, 0}: the quotient is a·b, the remainder 0
      pushInteger(code, type, 1).op(`${type}.add`);
      pushInteger(code, type, 1).op(`${type}.le_u`).open("if", type);
      if (operator === "quotient") code.get(a).get(b).op(`${type}.mul`);
      else pushInteger(code, type, 0);
      code.op("else").get(a).get(b);
      code.op(operator === "quotient" ? `${type}.div_s` : `${type}.rem_s`).op("end");
    });
  });
};

const pushIntegerOperation = (operation: Operation, type: "i32" | "i64", operands: Operands): void => {
  const { fn, code, push } = operands;
  switch (operation.operator) {
    case "neg":
      pushInteger(code, type, 0);
      push(0);
      code.op(`${type}.sub`);
      return;
    case "not":
      push(0);
      pushInteger(code, type, -1).op(`${type}.xor`);
      return;
    case "abs":
      fn.borrow(type, (a) => {
        push(0);
        code.set(a);
        pushInteger(code, type, 0).get(a).op(`${type}.sub`).get(a).get(a);
        pushInteger(code, type, 0).op(`${type}.lt_s`).op("select");
      });
      return;
    case "min":
    case "max":
      fn.borrow(type, (a) => {
        fn.borrow(type, (b) => {
          push(0);
          code.set(a);
          push(1);
          code.set(b).get(a).get(b).get(a).get(b);
          code.op(operation.operator === "min" ? `${type}.lt_s` : `${type}.gt_s`).op("select");
        });
      });
      return;
    case "quotient":
    case "remainder":
      pushDivision(operation.operator, type, operands);
      return;
    default:
      throw new Error(`internal: loop code has no ${operation.operator} on ${type}`);
  }
};

/** Leaves the result of `operation` on the stack. */
export const pushOperation = (operation: Operation, operands: Operands): void => {
  const { operator, type, argTypes } = operation;
  const { code, push } = operands;
  const instruction = instructionOf(operation);
  if (instruction !== undefined) {
    argTypes.forEach((_, i) => push(i));
    code.op(instruction);
  } else if (operator === "select") {
    push(1);
    push(2);
    push(0);
    code.op("select");
  } else if (operator === "convert") pushConversion(argTypes[0] ?? type, type, operands);
  else if (operator === "bitcast") push(0);
  else if (operator === "multiplyAdd" && type !== "bool") {
    push(0);
    push(1);
    code.op(`${type}.mul`);
    push(2);
    code.op(`${type}.add`);
  } else if (type === "i32" || type === "i64") pushIntegerOperation(operation, type, operands);
  else throw new Error(`internal: loop code has no ${operator} on ${type}`);
};
