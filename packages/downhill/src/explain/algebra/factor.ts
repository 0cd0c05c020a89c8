/** Taking common factors out of sums. */
import { power, product, sum } from "./build.ts";
import { type Node, number, powerParts, split, type SumNode } from "./node.ts";
import * as q from "./rational.ts";

interface Factored {
  /** What all terms have in common, with the numbers. */
  readonly common: Node;
  readonly rest: Node;
}

const factorsOf = (node: Node): readonly Node[] => (node.kind === "product" ? node.factors : [node]);

/** Bases with numeric exponents in a term. */
const exponentsOf = (node: Node): Map<string, { base: Node; exponent: q.Rational }> => {
  const found = new Map<string, { base: Node; exponent: q.Rational }>();
  for (const factor of factorsOf(node)) {
    const { base, exponent } = powerParts(factor);
    if (exponent.kind === "number") found.set(base.key, { base, exponent: exponent.value });
    else found.set(factor.key, { base: factor, exponent: q.one });
  }
  return found;
};

/** The common factor of a sum's terms, the lowest power of each base in them, and what is left. */
const takeOut = (node: SumNode): Factored => {
  const [first, ...others] = node.terms;
  let content = q.absolute(first!.coefficient);
  for (const { coefficient } of others) content = q.commonDivisor(content, q.absolute(coefficient));
  const common = exponentsOf(first!.node);
  for (const term of others) {
    const here = exponentsOf(term.node);
    for (const [key, { base, exponent }] of common) {
      const other = here.get(key);
      if (other === undefined || q.isNegative(other.exponent) !== q.isNegative(exponent)) common.delete(key);
      else if (q.isLess(q.absolute(other.exponent), q.absolute(exponent)))
        common.set(key, { base, exponent: other.exponent });
    }
  }
  if (!q.isZero(node.constant)) {
    content = q.commonDivisor(content, q.absolute(node.constant));
    common.clear();
  }
  const coefficients = node.terms.map(({ coefficient }) => coefficient);
  // x/2 + y/2 is (x + y)/2, but x + y/2 stays.
  const denominators = [...coefficients, node.constant]
    .filter((value) => !q.isZero(value))
    .map((value) => value.denominator);
  if (denominators.some((denominator) => denominator !== denominators[0]) && !q.isInteger(content))
    content = q.one;
  const leading = node.isConstantFirst ? node.constant : coefficients[0]!;
  const areAllNegative = [...coefficients, node.constant].every(
    (value) => q.isNegative(value) || q.isZero(value),
  );
  // The sum inside begins with a positive term; so does one that would begin with the only negative one.
  if (areAllNegative || (q.isNegative(leading) && coefficients.length === 1 && q.isZero(node.constant)))
    content = q.negative(content);
  const parts = [...common.values()].map(({ base, exponent }) => power(base, number(exponent)));
  const divisor = product(number(q.inverse(content)), ...parts.map((part) => power(part, number(-1))));
  const terms = node.terms.map((term) => product(number(term.coefficient), term.node, divisor));
  const constant = product(number(node.constant), divisor);
  return {
    common: product(number(content), ...parts),
    rest: node.isConstantFirst ? sum(constant, ...terms) : sum(...terms, constant),
  };
};

/**
 * Terms with a sum as common factor put together: −2A + 2yA as A·(2y − 2), each group by itself. Undefined if nothing is
 * in common.
 */
export const collect = (node: Node): Node | undefined => {
  if (node.kind !== "sum") return undefined;
  const groups = new Map<string, Node[]>();
  let isShared = false;
  for (const { node: term, coefficient } of node.terms) {
    const shared = factorsOf(term).find((part) => powerParts(part).base.kind === "sum");
    const key = shared === undefined ? term.key : powerParts(shared).base.key;
    const group = groups.get(key) ?? [];
    group.push(product(number(coefficient), term));
    groups.set(key, group);
    isShared ||= group.length > 1;
  }
  if (!isShared) return undefined;
  return sum(...[...groups.values()].map((group) => factor(sum(...group))), number(node.constant));
};

/** The node with common factors in front of its sums: p − p² as p·(1 − p). */
export const factor = (node: Node): Node => {
  switch (node.kind) {
    case "number":
    case "symbol":
    case "call":
      return node;
    case "sum": {
      const { common, rest } = takeOut(node);
      return product(common, rest);
    }
    case "power": {
      const { node: base, coefficient } = split(factor(node.base));
      return power(product(number(coefficient), base), node.exponent);
    }
    case "product":
      return product(number(node.coefficient), ...node.factors.map(factor));
  }
};
