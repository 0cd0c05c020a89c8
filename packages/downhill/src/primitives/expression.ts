/**
 * Derivatives as data: scalar expressions over an operation's arguments and its result. Forward mode, reverse mode
 * and the mathematics shown to a learner are all read from them.
 */
import { literal, type Tensor } from "../tensor/tensor.ts";

export type Expression =
  | { readonly kind: "argument"; readonly position: number }
  /** The operation's own result, so that y = tanh x may have the slope 1 − y². */
  | { readonly kind: "result" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "apply"; readonly primitive: string; readonly args: readonly Expression[] };

type Term = Expression | number;

const lift = (term: Term): Expression => (typeof term === "number" ? { kind: "number", value: term } : term);

/** The named primitive applied to terms. */
export const apply =
  (primitive: string) =>
  (...args: readonly Term[]): Expression => ({ kind: "apply", primitive, args: args.map(lift) });

export const argument = (position: number): Expression => ({ kind: "argument", position });
export const result: Expression = { kind: "result" };

export const plus = apply("add");
export const minus = apply("sub");
export const times = apply("mul");
export const over = apply("div");
export const negative = apply("neg");
export const square = apply("square");
export const squareRoot = apply("sqrt");
export const power = apply("pow");
/** `when(condition, a, b)`: a where the condition holds, otherwise b. */
export const when = apply("select");
export const equal = apply("eq");
export const less = apply("lt");
export const greater = apply("gt");

export const isNumber = (expression: Expression, value: number): boolean =>
  expression.kind === "number" && expression.value === value;

/** The expression's value at the given arguments, written into the open trace (or computed, if none is open). */
export const evaluateExpression = (
  expression: Expression,
  args: readonly Tensor[],
  result: Tensor,
): Tensor => {
  switch (expression.kind) {
    case "argument":
      return args[expression.position]!;
    case "result":
      return result;
    case "number":
      return literal(expression.value, result.dtype);
    case "apply":
      return applyNamed(
        expression.primitive,
        expression.args.map((arg) => evaluateExpression(arg, args, result)),
      );
  }
};

type Operation = (...operands: Tensor[]) => Tensor;

const operations = new Map<string, Operation>();

/** Makes known the operations that slopes name; slopes.ts does, since they are made of what is declared here. */
export const writeSlopesWith = (known: Readonly<Record<string, Operation>>): void => {
  for (const [name, operation] of Object.entries(known)) operations.set(name, operation);
};

/** An operation looked up by its name, since the slope of one elementwise operation is made of others. */
export const applyNamed = (name: string, operands: readonly Tensor[]): Tensor => {
  const operation = operations.get(name);
  if (operation === undefined) throw new Error(`internal: a slope names ${name}, which slopes.ts does not`);
  return operation(...operands);
};
