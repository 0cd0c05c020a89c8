/** Multiplying out: products and whole powers of sums as sums. */
import { power, product, sum } from "./build.ts";
import { isCall, hasValue, type Node, number, powerParts } from "./node.ts";
import * as q from "./rational.ts";

/** More terms than this are not easier to read than the product they came from. */
const mostTerms = 32;

const termsOf = (node: Node): readonly Node[] =>
  node.kind !== "sum"
    ? [node]
    : [
        ...node.terms.map((term) => product(number(term.coefficient), term.node)),
        ...(q.isZero(node.constant) ? [] : [number(node.constant)]),
      ];

/** The factors of a product of which whole powers are repeated factors. */
const repeated = (factor: Node): readonly Node[] => {
  if (factor.kind !== "power" || factor.base.kind !== "sum" || factor.exponent.kind !== "number")
    return [factor];
  const { value } = factor.exponent;
  if (!q.isInteger(value) || q.isNegative(value) || value.numerator > 12n) return [factor];
  return Array<Node>(Number(value.numerator)).fill(factor.base);
};

/**
 * The node with products of sums multiplied out, as far as sums stand above the fraction bar and outside of functions;
 * undefined where that would give too many terms.
 */
export const expand = (node: Node): Node | undefined => {
  switch (node.kind) {
    case "number":
    case "symbol":
    case "call":
      return node;
    case "sum": {
      const terms: Node[] = [];
      for (const term of termsOf(node)) {
        const expanded = expand(term);
        if (expanded === undefined) return undefined;
        terms.push(...termsOf(expanded));
        if (terms.length > mostTerms) return undefined;
      }
      return sum(...terms);
    }
    case "power": {
      const factors = repeated(node);
      return factors.length > 1 ? multiplied(q.one, factors, expand) : node;
    }
    case "product":
      return multiplied(node.coefficient, node.factors.flatMap(repeated), expand);
  }
};

/** The node with its sums to the first power multiplied out, and no deeper: (1 − a²/s²)/s as 1/s − a²/s³. */
export const distribute = (node: Node): Node | undefined =>
  node.kind === "product" ? multiplied(node.coefficient, node.factors, (factor) => factor) : undefined;

const multiplied = (
  coefficient: q.Rational,
  factors: readonly Node[],
  prepare: (factor: Node) => Node | undefined,
): Node | undefined => {
  // Plain factors first, together: they meet each term once.
  const plain = factors.filter((factor) => factor.kind !== "sum");
  let partial: Node = product(number(coefficient), ...plain);
  for (const factor of factors) {
    if (factor.kind !== "sum") continue;
    const inner = prepare(factor);
    if (inner === undefined) return undefined;
    const [left, right] = [termsOf(partial), termsOf(inner)];
    if (left.length * right.length > mostTerms * 2) return undefined;
    partial = sum(...left.flatMap((a) => right.map((b) => product(a, b))));
    if (termsOf(partial).length > mostTerms) return undefined;
  }
  return partial;
};

/** Over a common denominator: a/x + b/y as (a·y + b·x)/(x·y). Undefined if nothing is divided. */
export const together = (node: Node): Node | undefined => {
  if (node.kind !== "sum") return undefined;
  const denominators = new Map<string, { base: Node; exponent: q.Rational }>();
  const terms = termsOf(node);
  for (const term of terms)
    for (const factor of term.kind === "product" ? term.factors : [term]) {
      if (factor.kind !== "power" || factor.exponent.kind !== "number" || isCall(factor.base, "exp"))
        continue;
      const { value } = factor.exponent;
      if (!q.isNegative(value)) continue;
      const before = denominators.get(factor.base.key);
      if (before === undefined || q.isLess(value, before.exponent))
        denominators.set(factor.base.key, { base: factor.base, exponent: value });
    }
  if (denominators.size === 0) return undefined;
  const parts = [...denominators.values()];
  const multiplier = product(...parts.map(({ base, exponent }) => power(base, number(q.negative(exponent)))));
  const numerator = expand(sum(...terms.map((term) => product(term, multiplier))));
  return numerator === undefined || hasValue(numerator, 0)
    ? numerator
    : product(numerator, ...parts.map(({ base, exponent }) => power(base, number(exponent))));
};

/** Fractions within fractions cleared: 1/(1 + x²/y²) as y²/(y² + x²). */
export const withoutInnerFractions = (node: Node): Node => {
  if (node.kind !== "product" && node.kind !== "power") return node;
  const factors = node.kind === "product" ? node.factors : [node];
  return product(
    number(node.kind === "product" ? node.coefficient : q.one),
    ...factors.map((factor) => {
      const { base, exponent } = powerParts(factor);
      if (exponent.kind !== "number" || !q.isInteger(exponent.value)) return factor;
      const joined = together(base);
      return joined === undefined ? factor : power(joined, exponent);
    }),
  );
};
