/** Formulas as computations: what is printed can be run, differentiated and compiled. */
import type { DType } from "../../tensor/dtype.ts";
import { literal, type Tensor } from "../../tensor/tensor.ts";
import { fractionOf } from "./fraction.ts";
import { type CallNode, hasValue, type Node, powerParts } from "./node.ts";
import { applyScalar } from "./operations.ts";
import * as q from "./rational.ts";

/** What formulas are computed with. */
export interface Arithmetic<Value> {
  constant(value: number): Value;
  symbol(name: string): Value;
  /** A primitive of the engine, applied. */
  apply(primitive: string, ...operands: readonly Value[]): Value;
  /** The value of a call that is no primitive's. */
  special?(node: CallNode, evaluate: (node: Node) => Value): Value | undefined;
}

/** The value of a formula; parts that occur several times are computed once. */
export const evaluateWith = <Value>(node: Node, arithmetic: Arithmetic<Value>): Value => {
  const values = new Map<string, Value>();
  const apply = (primitive: string, ...operands: readonly Value[]): Value =>
    arithmetic.apply(primitive === "same" ? "eq" : primitive, ...operands);
  const constant = (value: q.Rational): Value => arithmetic.constant(q.toNumber(value));
  const evaluate = (part: Node): Value => {
    const known = values.get(part.key);
    if (known !== undefined) return known;
    const value = compute(part);
    values.set(part.key, value);
    return value;
  };
  const scaled = (coefficient: q.Rational, value: Value): Value =>
    q.equals(coefficient, q.one) ? value : apply("mul", constant(coefficient), value);
  const compute = (part: Node): Value => {
    switch (part.kind) {
      case "number":
        return constant(part.value);
      case "symbol":
        return part.constant === undefined
          ? arithmetic.symbol(part.name)
          : arithmetic.constant(part.constant);
      case "sum": {
        let total = q.isZero(part.constant) ? undefined : constant(part.constant);
        for (const { node: term, coefficient } of part.terms) {
          const size = scaled(q.absolute(coefficient), evaluate(term));
          if (total === undefined) total = q.isNegative(coefficient) ? apply("neg", size) : size;
          else total = apply(q.isNegative(coefficient) ? "sub" : "add", total, size);
        }
        return total!;
      }
      case "product":
      case "power":
        return quotient(part);
      case "call":
        return arithmetic.special?.(part, evaluate) ?? apply(part.primitive, ...part.args.map(evaluate));
    }
  };
  const quotient = (part: Node): Value => {
    const { above, below, exponent } = fractionOf(part);
    const coefficient = part.kind === "product" ? part.coefficient : q.one;
    const multiplied = (factors: readonly Node[]): Value | undefined =>
      factors
        .map(powerOf)
        .reduce<Value | undefined>((a, b) => (a === undefined ? b : apply("mul", a, b)), undefined);
    let numerator = multiplied(above);
    if (exponent !== undefined) {
      // One exponential of the whole exponent: its parts alone may overflow.
      const exponential = apply("exp", evaluate(exponent));
      numerator = numerator === undefined ? exponential : apply("mul", numerator, exponential);
    }
    numerator = numerator === undefined ? constant(coefficient) : scaled(coefficient, numerator);
    const denominator = multiplied(below);
    return denominator === undefined ? numerator : apply("div", numerator, denominator);
  };
  const powerOf = (factor: Node): Value => {
    const { base, exponent } = powerParts(factor);
    const value = evaluate(base);
    if (hasValue(exponent, 1)) return value;
    if (hasValue(exponent, 2)) return apply("square", value);
    if (exponent.kind === "number" && q.equals(exponent.value, q.rational(1, 2))) return apply("sqrt", value);
    return apply("pow", value, evaluate(exponent));
  };
  return evaluate(node);
};

/**
 * The value of a formula of scalars, computed by the engine's primitives (or written into the open trace).
 *
 * @param valueOf the value of a named symbol: a scalar of dtype `dtype`.
 */
export const evaluateNode = (node: Node, valueOf: (name: string) => Tensor, dtype: DType): Tensor =>
  evaluateWith<Tensor>(node, {
    constant: (value) => literal(value, dtype),
    symbol: valueOf,
    apply: (primitive, ...operands) => applyScalar(primitive, operands),
  });
