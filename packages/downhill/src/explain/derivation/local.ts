/** Slopes of single operations, read from the engine's own records. */
import type { ElementwisePrimitive } from "../../primitives/elementwise.ts";
import { type Expression, isNumber as isPartialNumber } from "../../primitives/expression.ts";
import type { Equation, Program } from "../../program/program.ts";
import { prune } from "../../program/prune.ts";
import { traceProgram } from "../../program/trace.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { literal } from "../../tensor/tensor.ts";
import { call } from "../algebra/build.ts";
import { isCall, isNumber, type Node, plainCall, zero } from "../algebra/node.ts";
import { constantNode } from "./constants.ts";

/** A point at which an operation has a slope of its own, of measure zero: x = y of max(x, y). */
export interface Exception {
  readonly condition: Node;
  readonly slope: Node;
}

export interface LocalSlope {
  readonly slope: Node;
  readonly exceptions: readonly Exception[];
}

/**
 * Leaves out what a record or a function states for single points (`when(equal(…), …)`) and for values that are not
 * finite: a formula gives the general case, and the exceptions are told beside it.
 */
export const generalCase = (primitive: string, args: readonly Node[], exceptions: Exception[] = []): Node => {
  const [condition, special, general] = args;
  if (primitive === "select" && isCall(condition!, "isFinite")) return special!;
  if (primitive === "select" && isCall(condition!, "eq")) {
    const [a, b] = condition.args;
    if (a!.key === b!.key) return special!;
    if (isNumber(a!) && isNumber(b!)) return general!;
    if (special!.key !== general!.key) exceptions.push({ condition, slope: special! });
    return general!;
  }
  return call(primitive, args);
};

const fromExpression = (
  expression: Expression,
  args: readonly Node[],
  result: Node,
  exceptions: Exception[],
): Node => {
  switch (expression.kind) {
    case "argument":
      return args[expression.position]!;
    case "result":
      return result;
    case "number":
      return constantNode(expression.value);
    case "computed":
      return fromExpression(expression.formula, args, result, exceptions);
    case "apply": {
      // A choice inside of an operation only keeps it finite; the slope's own choices stand outside.
      const told = expression.primitive === "select" ? exceptions : [];
      return generalCase(
        expression.primitive,
        expression.args.map((arg) => fromExpression(arg, args, result, told)),
        told,
      );
    }
  }
};

/** What a program of scalars computes, as a formula. */
const fromProgram = (
  { inputs, equations, outputs }: Program,
  values: readonly Node[],
  exceptions: Exception[],
): Node => {
  const nodes = new Map<unknown, Node>(inputs.map((input, i) => [input, values[i]!]));
  const read = (atom: Program["outputs"][number]): Node =>
    atom.kind === "literal" ? constantNode(atom.value) : nodes.get(atom)!;
  for (const { primitive, inputs: operands, outputs: results } of equations)
    nodes.set(results[0], generalCase(primitive.name, operands.map(read), exceptions));
  return read(outputs[0]!);
};

/**
 * The slope of an operation by its operand at `position`, as a formula in its operands and its result: the record's
 * derivative, or for operations with a rule of their own (select, convert) what that rule does to a tangent of 1.
 */
export const localSlope = (
  { primitive, inputs, params, outputs }: Equation,
  position: number,
  args: readonly Node[],
  result: Node,
): LocalSlope => {
  const exceptions: Exception[] = [];
  const { partials } = primitive as ElementwisePrimitive;
  const partial = partials?.[position];
  if (partial !== undefined) {
    const slope = isPartialNumber(partial, 0) ? zero : fromExpression(partial, args, result, exceptions);
    return { slope, exceptions };
  }
  const { dtype } = outputs[0]!;
  const { program } = traceProgram("derive", [...inputs, outputs[0]!], (tracers) => {
    const tangents = inputs.map((input, i) => (i === position ? literal(1, input.dtype) : undefined));
    const { tangents: results } = primitive.jvp(tracers.slice(0, -1), tangents, params);
    return [results[0] ?? literal(0, dtype)];
  });
  return { slope: fromProgram(prune(program), [...args, result], exceptions), exceptions };
};

/** What an operation computes of formulas; whole numbers that are equal are no single points (see `generalCase`). */
export const applied = ({ primitive, inputs }: Equation, args: readonly Node[]): Node =>
  primitive.name === "eq" && !isFloating(inputs[0]!.dtype)
    ? plainCall("same", args)
    : generalCase(primitive.name, args);
