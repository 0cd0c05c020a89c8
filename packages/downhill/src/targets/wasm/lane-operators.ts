/** The operators of loop code on all lanes of a vector. */
import type { ScalarOperator, ScalarType } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import { isWide } from "../shared/vector-plan.ts";
import type { Local } from "./code.ts";
import { extractLane, laneOpcode, narrow, replaceLane, shapeOf, type Width } from "./lane-types.ts";
import { isComparison, type Operands, type Operation, pushOperation } from "./operators.ts";

export interface LaneOperands extends Operands {
  readonly width: Width;
  /** Lanes that matter. */
  readonly active: number;
  readonly relaxed: boolean;
  /** Leaves the i-th operand alone on the stack if it is the same in all lanes; returns whether it is. */
  readonly pushUniform: (i: number) => boolean;
  /** The i-th operand if it is a constant. */
  readonly constant: (i: number) => number | undefined;
}

/** Takes the lanes apart, works on each alone, and puts the results together. */
const pushLanewise = (operation: Operation, operands: LaneOperands): void => {
  const { fn, code, push, width, active } = operands;
  const { type, argTypes } = operation;
  const take = (i: number, vectors: readonly Local[]): void => {
    if (i < argTypes.length) {
      fn.borrow("v128", (local) => {
        push(i);
        code.set(local);
        take(i + 1, [...vectors, local]);
      });
      return;
    }
    code.v128();
    for (let lane = 0; lane < active; lane++) {
      pushOperation(operation, {
        fn,
        code,
        push: (k) => {
          code.get(vectors[k] ?? 0);
          extractLane(code, argTypes[k] ?? type, width, lane);
        },
      });
      replaceLane(code, type, width, lane);
    }
  };
  take(0, []);
};

const pushBoolComparison = (operator: ScalarOperator, { code, push }: LaneOperands): void => {
  switch (operator) {
    case "eq":
    case "ne":
      push(0);
      push(1);
      code.op("v128.xor");
      if (operator === "eq") code.op("v128.not");
      return;
    case "lt":
      push(1);
      push(0);
      code.op("v128.andnot");
      return;
    case "gt":
      push(0);
      push(1);
      code.op("v128.andnot");
      return;
    case "le":
      push(0);
      code.op("v128.not");
      push(1);
      code.op("v128.or");
      return;
    default:
      push(0);
      push(1);
      code.op("v128.not").op("v128.or");
  }
};

const pushComparison = (operator: ScalarOperator, argType: ScalarType, operands: LaneOperands): void => {
  const { code, push, width } = operands;
  if (argType === "bool") {
    pushBoolComparison(operator, operands);
    return;
  }
  push(0);
  push(1);
  const signed = !isFloat(argType) && operator !== "eq" && operator !== "ne";
  code.op(laneOpcode(argType, width, signed ? `${operator}_s` : operator));
  if (width === 2 && !isWide(argType)) code.op("i64x2.extend_low_i32x4_s");
};

const pushSelect = (type: ScalarType, { code, push, width }: LaneOperands): void => {
  push(1);
  push(2);
  push(0);
  if (width === 2 && (type === "f32" || type === "i32")) narrow(code);
  code.op("v128.bitselect");
};

const conversions: Partial<Record<`${ScalarType} ${ScalarType}`, string>> = {
  "i32 f32": "f32x4.convert_i32x4_s",
  "f32 i32": "i32x4.trunc_sat_f32x4_s",
  "i32 f64": "f64x2.convert_low_i32x4_s",
  "f64 i32": "i32x4.trunc_sat_f64x2_s_zero",
  "f32 f64": "f64x2.promote_low_f32x4",
  "f64 f32": "f32x4.demote_f64x2_zero",
  "i32 i64": "i64x2.extend_low_i32x4_s",
};

const pushConversion = (operation: Operation, operands: LaneOperands): void => {
  const { code, push, width } = operands;
  const { type, argTypes } = operation;
  const from = argTypes[0] ?? type;
  const instruction = conversions[`${from} ${type}`];
  if (instruction !== undefined) {
    push(0);
    code.op(instruction as "f32x4.convert_i32x4_s");
  } else if (type === "bool") {
    push(0);
    code.v128().op(laneOpcode(from, width, "ne"));
    if (width === 2 && !isWide(from)) code.op("i64x2.extend_low_i32x4_s");
  } else if (from === "bool") {
    push(0);
    if (width === 2 && !isWide(type)) narrow(code);
    // A mask is −1 or 0; of a float's 1 it keeps the bits or none.
    if (isFloat(type))
      code
        .constant(type, 1)
        .op(`${shapeOf(type, width)}.splat`)
        .op("v128.and");
    else code.op(laneOpcode(type, width, "neg"));
  } else if (from === "i64" && type === "i32") {
    push(0);
    narrow(code);
  } else pushLanewise(operation, operands);
};

/**
 * min and max with a constant need not look for NaN on both sides, and take one instruction in place of many:
 * pmax(x, c) is `x < c ? c : x`. Against +0, max(−0) would stay −0, which adding +0 mends.
 */
const pushBound = (operator: "min" | "max", type: ScalarType, operands: LaneOperands): void => {
  const { code, push, width, constant } = operands;
  const bound = constant(1) ?? constant(0);
  const negativeZero = Object.is(bound, -0);
  if (bound === undefined || Number.isNaN(bound) || (operator === "min" && negativeZero)) {
    push(0);
    push(1);
    code.op(laneOpcode(type, width, operator));
    return;
  }
  const constantFirst = constant(1) === undefined;
  push(constantFirst ? 1 : 0);
  push(constantFirst ? 0 : 1);
  code.op(laneOpcode(type, width, `p${operator}`));
  if (operator === "max" && bound === 0 && !negativeZero) {
    push(constantFirst ? 0 : 1);
    code.op(laneOpcode(type, width, "add"));
  }
};

const signMask = {
  f32: /* @__PURE__ */ Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 0x80 : 0)),
  f64: /* @__PURE__ */ Array.from({ length: 16 }, (_, i) => (i % 8 === 7 ? 0x80 : 0)),
} as const;

const pushFloatOperation = (operation: Operation, type: "f32" | "f64", operands: LaneOperands): void => {
  const { code, push, width, relaxed } = operands;
  switch (operation.operator) {
    case "min":
    case "max":
      pushBound(operation.operator, type, operands);
      return;
    case "copysign":
      push(1);
      push(0);
      code.v128(signMask[type]).op("v128.bitselect");
      return;
    case "multiplyAdd":
      push(0);
      push(1);
      if (!relaxed) code.op(laneOpcode(type, width, "mul"));
      push(2);
      code.op(laneOpcode(type, width, relaxed ? "relaxed_madd" : "add"));
      return;
    default:
      operation.argTypes.forEach((_, i) => {
        push(i);
      });
      code.op(laneOpcode(type, width, operation.operator));
  }
};

const bitwise: Partial<Record<ScalarOperator, "and" | "or" | "xor">> = { and: "and", or: "or", xor: "xor" };

const shifts: Partial<Record<ScalarOperator, string>> = {
  shiftLeft: "shl",
  shiftRightSigned: "shr_s",
  shiftRightUnsigned: "shr_u",
};

const pushShift = (operation: Operation, operands: LaneOperands): void => {
  const { fn, code, push, width, pushUniform } = operands;
  const { operator, type } = operation;
  push(0);
  if (pushUniform(1)) {
    if (type === "i64") code.op("i32.wrap_i64");
    code.op(laneOpcode(type, width, shifts[operator] ?? ""));
    return;
  }
  fn.borrow("v128", (value) => {
    code.set(value);
    pushLanewise(operation, {
      ...operands,
      push: (i) => {
        if (i === 0) code.get(value);
        else push(i);
      },
    });
  });
};

const pushIntegerOperation = (operation: Operation, operands: LaneOperands): void => {
  const { fn, code, push, width } = operands;
  const { operator, type } = operation;
  const bits = bitwise[operator];
  if (bits) {
    push(0);
    push(1);
    code.op(`v128.${bits}`);
  } else if (operator in shifts) pushShift(operation, operands);
  else if (operator === "quotient" || operator === "remainder") pushLanewise(operation, operands);
  else if (operator === "not") {
    push(0);
    code.op("v128.not");
  } else if (operator === "multiplyAdd") {
    push(0);
    push(1);
    code.op(laneOpcode(type, width, "mul"));
    push(2);
    code.op(laneOpcode(type, width, "add"));
  } else if (operator === "min" || operator === "max") {
    if (type === "i32") {
      push(0);
      push(1);
      code.op(`i32x4.${operator}_s`);
      return;
    }
    fn.borrow("v128", (a) => {
      fn.borrow("v128", (b) => {
        push(0);
        code.set(a);
        push(1);
        code.set(b).get(a).get(b).get(a).get(b);
        code.op(operator === "min" ? "i64x2.lt_s" : "i64x2.gt_s").op("v128.bitselect");
      });
    });
  } else {
    operation.argTypes.forEach((_, i) => {
      push(i);
    });
    code.op(laneOpcode(type, width, operator));
  }
};

const onBools: Partial<Record<ScalarOperator, "and" | "or" | "xor">> = {
  ...bitwise,
  add: "or",
  mul: "and",
  min: "and",
  max: "or",
};

const pushBoolOperation = (operator: ScalarOperator, { code, push }: LaneOperands): void => {
  push(0);
  if (operator === "not") {
    code.op("v128.not");
    return;
  }
  push(1);
  const name = onBools[operator];
  if (name === undefined) throw new Error(`internal: loop code has no ${operator} on bool`);
  code.op(`v128.${name}`);
};

/** Leaves the results of `operation` in the lanes of a vector on the stack. */
export const pushLaneOperation = (operation: Operation, operands: LaneOperands): void => {
  const { operator, type, argTypes } = operation;
  if (isComparison(operator)) pushComparison(operator, argTypes[0] ?? type, operands);
  else if (operator === "select") pushSelect(type, operands);
  else if (operator === "convert") pushConversion(operation, operands);
  else if (operator === "bitcast") operands.push(0);
  else if (type === "bool") pushBoolOperation(operator, operands);
  else if (isFloat(type)) pushFloatOperation(operation, type, operands);
  else pushIntegerOperation(operation, operands);
};
