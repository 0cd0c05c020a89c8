/**
 * Derivatives as data: scalar expressions over an operation's arguments and its result. Forward mode, reverse mode
 * and the mathematics shown to a learner are all read from them.
 */
import { ConcreteTensor, literal, type Tensor } from "../tensor/tensor.ts";

export type Expression =
  | { readonly kind: "argument"; readonly position: number }
  /** The operation's own result, so that y = tanh x may have the slope 1 − y². */
  | { readonly kind: "result" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "apply"; readonly primitive: string; readonly args: readonly Expression[] }
  /** What a person reads, and what is computed instead: the same, where the formula would overflow or cancel too. */
  | { readonly kind: "computed"; readonly formula: Expression; readonly by: Expression };

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
/** |x|, by an operation that slopes are made of anyway. */
export const absolute = (x: Expression): Expression => times(x, apply("sign")(x));
export const power = apply("pow");
/** `when(condition, a, b)`: a where the condition holds, otherwise b. */
export const when = apply("select");
/** `unless(condition, x)`: x, but 1 where the condition holds: there what is made of it does not count, but must be finite. */
export const unless = (condition: Expression, x: Expression): Expression => when(condition, 1, x);
export const equal = apply("eq");
export const less = apply("lt");
export const greater = apply("gt");

/** `formula`, computed by other operations that keep its digits where those of the formula do not. */
export const computed = (formula: Expression, by: Expression): Expression => ({
  kind: "computed",
  formula,
  by,
});

export const isNumber = (expression: Expression, value: number): boolean =>
  expression.kind === "number" && expression.value === value;

/** The number that a term is in the program text, if it is one. */
const numberOf = (term: Expression, args: readonly Tensor[]): number | undefined => {
  if (term.kind === "number") return term.value;
  const tensor = term.kind === "argument" ? args[term.position] : undefined;
  return tensor instanceof ConcreteTensor && tensor.literal ? tensor.values[0] : undefined;
};

/** Whether two numbers of the program text are equal (an exponent and 0); undefined if that remains to be seen. */
const decided = (condition: Expression, args: readonly Tensor[]): boolean | undefined => {
  if (condition.kind !== "apply" || condition.primitive !== "eq") return undefined;
  const [a, b] = condition.args.map((arg) => numberOf(arg, args));
  return a === undefined || b === undefined ? undefined : a === b;
};

/**
 * The expression's value at the given arguments, written into the open trace (or computed, if none is open). A choice that
 * numbers of the program text decide is made here; what stands in an expression twice, as one object, is computed once.
 */
export const evaluateExpression = (
  expression: Expression,
  args: readonly Tensor[],
  result: Tensor,
): Tensor => {
  const known = new Map<Expression, Tensor>();
  const evaluate = (part: Expression): Tensor => {
    switch (part.kind) {
      case "argument":
        return args[part.position]!;
      case "result":
        return result;
      case "number":
        return literal(part.value, result.dtype);
      case "computed":
        return evaluate(part.by);
      case "apply": {
        const [condition, yes, no] = part.args;
        const choice = part.primitive === "select" ? decided(condition!, args) : undefined;
        if (choice !== undefined) return evaluate(choice ? yes! : no!);
        const value = known.get(part) ?? applyNamed(part.primitive, part.args.map(evaluate));
        known.set(part, value);
        return value;
      }
    }
  };
  return evaluate(expression);
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
