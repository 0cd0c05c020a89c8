/** Sums of powers of e under the names that they have: logsumexp and softmax. */
import { call, power, product } from "../algebra/build.ts";
import {
  isCall,
  type Node,
  number,
  plainCall,
  powerParts,
  symbol,
  type SymbolNode,
} from "../algebra/node.ts";
import * as q from "../algebra/rational.ts";
import { timesIn } from "../algebra/fold.ts";
import { substitute } from "../algebra/traverse.ts";
import { dependsOn, relabel } from "./labels.ts";

/** For Σ_k e^t: t and k. */
const exponentialSum = (node: Node): { exponent: Node; label: SymbolNode } | undefined => {
  if (!isCall(node, "sum")) return undefined;
  const [body, label] = node.args;
  if (label?.kind !== "symbol" || body === undefined) return undefined;
  const exponent = exponentOf(body);
  return exponent && { exponent, label };
};

/** t if the node is e^t. */
const exponentOf = (node: Node): Node | undefined => {
  const parts = node.kind === "product" ? node.factors : [node];
  if (node.kind === "product" && !q.equals(node.coefficient, q.one)) return undefined;
  const exponents = parts.map((part) => {
    const { base, exponent } = powerParts(part);
    return isCall(base, "exp") ? product(base.args[0]!, exponent) : undefined;
  });
  return exponents.every((exponent) => exponent !== undefined)
    ? exponents.reduce<Node>((a, b) => call("add", [a, b]), number(0))
    : undefined;
};

/** ln Σ_k e^t as logsumexp_k(t). */
const namedLogarithm = (node: Node): Node | undefined => {
  if (!isCall(node, "log")) return undefined;
  const found = exponentialSum(node.args[0]!);
  return found && plainCall("logsumexp", [found.exponent, found.label]);
};

/** e^t(j) / Σ_k e^t(k) as softmax(t) at j, for each such pair of factors. */
const namedProduct = (node: Node): Node | undefined => {
  if (node.kind !== "product") return undefined;
  for (const factor of node.factors) {
    const { base } = powerParts(factor);
    const found = exponentialSum(base);
    if (found === undefined) continue;
    for (const label of labelsIn(node)) {
      if (dependsOn(base, label)) continue;
      const exponent = relabel(found.exponent, new Map([[found.label.name, label]]));
      const share = product(call("exp", [exponent]), power(base, number(-1)));
      if (timesIn(node, share) < 1) continue;
      return product(node, power(share, number(-1)), plainCall("softmax", [exponent, symbol(label)]));
    }
  }
  return undefined;
};

/** Labels of elements in a node. */
const labelsIn = (node: Node): Set<string> => {
  const labels = new Set<string>();
  substitute(node, (part) => {
    if (isCall(part, "element"))
      for (const label of part.args.slice(1)) if (label.kind === "symbol") labels.add(label.name);
    return undefined;
  });
  return labels;
};

/** The formula with what it has of logsumexp and softmax under these names. */
export const withNames = (node: Node): Node =>
  substitute(node, (part) => {
    const logarithm = namedLogarithm(part);
    if (logarithm !== undefined) return logarithm;
    const named = namedProduct(part);
    return named === undefined ? undefined : withNames(named);
  });
