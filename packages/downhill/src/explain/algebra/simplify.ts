/** Among the forms of a formula the one that a textbook prints: the shortest to read. */
import { distribute, expand, together, withoutInnerFractions } from "./expand.ts";
import { collect, factor } from "./factor.ts";
import { call, power, product, sum } from "./build.ts";
import { isCall, hasValue, type Node, number, one, powerParts } from "./node.ts";
import * as q from "./rational.ts";

/**
 * What reading costs: each number, name and function, and a little for what must be kept in mind around them.
 *
 * @param ofSymbol what a symbol costs.
 */
export const cost = (node: Node, ofSymbol: (name: string) => number = () => 1): number => {
  const of = (part: Node): number => cost(part, ofSymbol);
  switch (node.kind) {
    case "number":
      return q.isInteger(node.value) ? 1 : 1.5;
    case "symbol":
      return ofSymbol(node.name);
    case "sum":
      return node.terms.reduce(
        (total, { node: term, coefficient }) => total + of(term) + coefficientCost(coefficient),
        q.isZero(node.constant) ? 0 : of(number(node.constant)),
      );
    case "product":
      return node.factors.reduce((total, part) => total + of(part), coefficientCost(node.coefficient));
    case "power":
      // A fraction bar and a root are cheaper than an exponent.
      return of(node.base) + (hasValue(node.exponent, -1) ? 0.3 : 0.5 + of(node.exponent));
    case "call":
      return node.args.reduce((total, arg) => total + of(arg), isCall(node, "exp") ? 1.2 : 1);
  }
};

const coefficientCost = (coefficient: q.Rational): number =>
  q.equals(q.absolute(coefficient), q.one) ? 0 : cost(number(coefficient));

/** e^u/(1 + e^u) as σ(u), e^u/(1 + e^u)² as σ(u)(1 − σ(u)). */
export const withSigmoids = (node: Node): Node =>
  mapTerms(node, (term) =>
    term.kind === "product" ? sigmoidsInProduct(term.coefficient, term.factors) : term,
  );

/** x if the node is 1 + e^x. */
const onePlusExp = (node: Node): Node | undefined => {
  if (node.kind !== "sum" || !q.equals(node.constant, q.one) || node.terms.length !== 1) return undefined;
  const [{ node: term, coefficient }] = node.terms as [{ node: Node; coefficient: q.Rational }];
  return q.equals(coefficient, q.one) ? exponentOf(term) : undefined;
};

/** x if the node is e^x. */
const exponentOf = (node: Node): Node | undefined => {
  const exponents: Node[] = [];
  for (const part of node.kind === "product" ? node.factors : [node]) {
    const { base, exponent } = powerParts(part);
    if (!isCall(base, "exp")) return undefined;
    exponents.push(product(base.args[0]!, exponent));
  }
  if (node.kind === "product" && !q.equals(node.coefficient, q.one)) return undefined;
  return sum(...exponents);
};

const sigmoidsInProduct = (coefficient: q.Rational, factors: readonly Node[]): Node => {
  let whole = product(number(coefficient), ...factors);
  for (const { base, exponent } of factors.map(powerParts)) {
    const u = onePlusExp(base);
    if (u === undefined || exponent.kind !== "number") continue;
    const times = -q.toNumber(exponent.value);
    if (times !== 1 && times !== 2) continue;
    const sigmoid = call("sigmoid", [u]);
    const exponential = base.kind === "sum" ? base.terms[0]!.node : one;
    const rest = product(whole, power(base, number(times)), power(exponential, number(-1)));
    if (rest.size >= whole.size) continue;
    if (times === 1) whole = product(rest, sigmoid);
    else {
      // The same for u and −u; the one without minus sign is easier to read.
      const { node: positive, coefficient: sign } = splitSign(u);
      const slope = call("sigmoid", [product(number(q.absolute(sign)), positive)]);
      whole = product(rest, slope, sum(one, product(number(-1), slope)));
    }
  }
  return whole;
};

const splitSign = (node: Node): { node: Node; coefficient: q.Rational } =>
  node.kind === "product"
    ? { node: product(...node.factors), coefficient: node.coefficient }
    : { node, coefficient: q.one };

/** Nodes that are there, each once. */
const distinct = (nodes: readonly (Node | undefined)[]): Node[] => {
  const found = new Map<string, Node>();
  for (const node of nodes) if (node !== undefined && !found.has(node.key)) found.set(node.key, node);
  return [...found.values()];
};

/** Whether there is a sum among the factors of a product, or of one of a sum's terms: what rearranging needs. */
const canBeRearranged = (node: Node): boolean => {
  if (node.kind === "sum") return true;
  const factors = node.kind === "product" ? node.factors : [node];
  return factors.some((factor) => powerParts(factor).base.kind === "sum");
};

/** The forms that a formula is compared in. */
const formsOf = (node: Node): readonly Node[] => {
  const cleared = mapTerms(node, withoutInnerFractions);
  const collected = collect(node);
  const forms = distinct([
    node,
    distribute(node),
    collected,
    collected && mapTerms(collected, withoutInnerFractions),
    cleared,
    expand(cleared),
    together(cleared),
  ]);
  const factored = distinct([...forms, ...forms.map(factor)]);
  return distinct([...factored, ...factored.map(withSigmoids)]);
};

/** A sum with each term replaced; other nodes as a whole. */
const mapTerms = (node: Node, f: (term: Node) => Node): Node => {
  if (node.kind !== "sum") return f(node);
  const terms = node.terms.map((term) => product(number(term.coefficient), f(term.node)));
  return node.isConstantFirst ? sum(number(node.constant), ...terms) : sum(...terms, number(node.constant));
};

/** The cheapest form of the formula; of equally cheap ones the one nearest to how it came. */
export const simplify = (node: Node): Node => {
  if (!canBeRearranged(node)) return node;
  let best = node;
  let least = cost(node);
  for (const form of formsOf(node)) {
    const price = cost(form);
    if (price < least) [best, least] = [form, price];
  }
  return best;
};
