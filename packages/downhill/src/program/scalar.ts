/** Builders for the scalar values of loop code (see loop.ts). All fold nothing and share nothing by themselves. */
import type { DType } from "../tensor/dtype.ts";
import {
  type Combine,
  type LoopIndex,
  type Routine,
  type Scalar,
  type ScalarOperator,
  type ScalarType,
  scalarTypeOf,
  type Statement,
} from "./loop.ts";

type Operand = Scalar | number;

export const constant = (type: ScalarType, value: number | bigint): Scalar => ({
  kind: "constant",
  type,
  value: type === "i64" ? BigInt(value) : value,
});

const lift = (type: ScalarType, value: Operand): Scalar =>
  typeof value === "number" ? constant(type, value) : value;

const operation = (operator: ScalarOperator, type: ScalarType, args: readonly Scalar[]): Scalar => ({
  kind: "operation",
  type,
  operator,
  args,
});

/** The type shared by the operands; a plain number takes the other's. */
const common = (operator: string, a: Operand, b: Operand): ScalarType => {
  const type = typeof a !== "number" ? a.type : typeof b !== "number" ? b.type : undefined;
  if (type === undefined) throw new Error(`internal: ${operator} of two plain numbers has no type`);
  if (typeof a !== "number" && typeof b !== "number" && a.type !== b.type)
    throw new Error(`internal: ${operator} of ${a.type} and ${b.type}`);
  return type;
};

const arithmetic =
  (operator: ScalarOperator) =>
  (a: Operand, b: Operand): Scalar => {
    const type = common(operator, a, b);
    return operation(operator, type, [lift(type, a), lift(type, b)]);
  };

const comparison =
  (operator: ScalarOperator) =>
  (a: Operand, b: Operand): Scalar => {
    const type = common(operator, a, b);
    return operation(operator, "bool", [lift(type, a), lift(type, b)]);
  };

const unary =
  (operator: ScalarOperator) =>
  (a: Scalar): Scalar =>
    operation(operator, a.type, [a]);

export const add = arithmetic("add");
export const sub = arithmetic("sub");
export const mul = arithmetic("mul");
export const div = arithmetic("div");
export const min = arithmetic("min");
export const max = arithmetic("max");
export const copysign = arithmetic("copysign");
export const quotient = arithmetic("quotient");
export const remainder = arithmetic("remainder");
export const and = arithmetic("and");
export const or = arithmetic("or");
export const xor = arithmetic("xor");
export const shiftLeft = arithmetic("shiftLeft");
export const shiftRightSigned = arithmetic("shiftRightSigned");
export const shiftRightUnsigned = arithmetic("shiftRightUnsigned");

export const eq = comparison("eq");
export const ne = comparison("ne");
export const lt = comparison("lt");
export const le = comparison("le");
export const gt = comparison("gt");
export const ge = comparison("ge");

export const neg = unary("neg");
export const abs = unary("abs");
export const sqrt = unary("sqrt");
export const floor = unary("floor");
export const ceil = unary("ceil");
export const trunc = unary("trunc");
export const nearest = unary("nearest");
export const not = unary("not");

/** a·b + c; a target may round once (fused) or twice. */
export const multiplyAdd = (a: Scalar, b: Operand, c: Operand): Scalar =>
  operation("multiplyAdd", a.type, [a, lift(a.type, b), lift(a.type, c)]);

export const select = (condition: Scalar, ifTrue: Operand, ifFalse: Operand): Scalar => {
  const type = common("select", ifTrue, ifFalse);
  return operation("select", type, [condition, lift(type, ifTrue), lift(type, ifFalse)]);
};

export const convert = (type: ScalarType, a: Scalar): Scalar =>
  a.type === type ? a : operation("convert", type, [a]);

export const bitcast = (type: ScalarType, a: Scalar): Scalar => operation("bitcast", type, [a]);

export const table = (type: ScalarType, values: readonly (number | bigint)[], index: Scalar): Scalar => ({
  kind: "table",
  type,
  values,
  index,
});

export const parameter = (type: ScalarType, position: number): Scalar => ({
  kind: "parameter",
  type,
  position,
});

/** A scalar function with parameters of the given types. */
export const routine = (
  name: string,
  parameters: readonly ScalarType[],
  body: (...args: Scalar[]) => Scalar,
): Routine => ({ name, parameters, result: body(...parameters.map(parameter)) });

/** `condition ? routine(...args) : common`, where the condition seldom holds. */
export const rare = (
  condition: Scalar,
  called: Routine,
  args: readonly Scalar[],
  common: Scalar,
): Scalar => ({
  kind: "rare",
  type: common.type,
  condition,
  routine: called,
  args,
  common,
});

/** Σ coefficients[i]·x^i by Horner's rule; the lowest power first. */
export const polynomial = (x: Scalar, coefficients: readonly number[]): Scalar => {
  let sum = constant(x.type, coefficients.at(-1) ?? 0);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = multiplyAdd(sum, x, coefficients[i] ?? 0);
  return sum;
};

export const isFloat = (type: ScalarType): type is "f32" | "f64" => type === "f32" || type === "f64";

/** The value that changes nothing when combined; −0 for sums, as −0 + −0 is −0. */
export const identityOf = (combine: Combine, type: ScalarType): number => {
  if (type === "bool") return combine === "and" || combine === "mul" || combine === "min" ? 1 : 0;
  switch (combine) {
    case "add":
      return isFloat(type) ? -0 : 0;
    case "mul":
      return 1;
    case "min":
      return isFloat(type) ? Infinity : 2 ** 31 - 1;
    case "max":
      return isFloat(type) ? -Infinity : -(2 ** 31);
    case "and":
      return -1;
    case "or":
      return 0;
  }
};

/** The scalar type of a dtype's elements. */
export const scalarOf = (dtype: DType): ScalarType => scalarTypeOf[dtype];

/** Nested loops, outermost first; `vector` is the position of the loop to run in lanes. */
export const nest = (
  loops: readonly (readonly [index: LoopIndex, extent: number])[],
  body: readonly Statement[],
  vector?: number,
): Statement => {
  let inside = body;
  for (let depth = loops.length - 1; depth >= 0; depth--) {
    const [index, extent] = loops[depth]!;
    inside = [
      depth === vector
        ? { kind: "loop", index, extent, vector: true, body: inside }
        : { kind: "loop", index, extent, body: inside },
    ];
  }
  return inside[0]!;
};

/**
 * `a < b ? a : b` or `a > b ? a : b` of floats, which machines have an instruction for: equal numbers and NaN give b.
 * Undefined of any other value.
 */
export const quickExtremeOf = (
  node: Scalar,
): { readonly operator: "min" | "max"; readonly args: readonly [a: Scalar, b: Scalar] } | undefined => {
  if (node.kind !== "operation" || node.operator !== "select") return undefined;
  if (node.type !== "f32" && node.type !== "f64") return undefined;
  const [condition, ifTrue, ifFalse] = node.args as [Scalar, Scalar, Scalar];
  if (condition.kind !== "operation" || condition.operator !== "lt") return undefined;
  const [less, more] = condition.args;
  if (ifTrue === less && ifFalse === more) return { operator: "min", args: [ifTrue, ifFalse] };
  return ifTrue === more && ifFalse === less ? { operator: "max", args: [ifTrue, ifFalse] } : undefined;
};

const none: readonly Scalar[] = [];

/** The values that a value is computed from. */
export const operandsOf = (node: Scalar): readonly Scalar[] => {
  switch (node.kind) {
    case "operation":
      return node.args;
    case "table":
      return [node.index];
    case "rare":
      return [node.condition, node.common, ...node.args];
    case "load":
      return node.at.dynamic ? [node.at.dynamic] : none;
    default:
      return none;
  }
};
