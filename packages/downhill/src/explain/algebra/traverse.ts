/** Walking through formulas. */
import { call, power, product, sum } from "./build.ts";
import { type Node, number } from "./node.ts";

/** The node with parts replaced: `replace` gives the substitute of a node, or undefined to go on inside it. */
export const substitute = (node: Node, replace: (node: Node) => Node | undefined): Node => {
  const replaced = replace(node);
  if (replaced !== undefined) return replaced;
  const inside = (part: Node): Node => substitute(part, replace);
  switch (node.kind) {
    case "number":
    case "symbol":
      return node;
    case "sum": {
      const terms = node.terms.map((term) => product(number(term.coefficient), inside(term.node)));
      const constant = number(node.constant);
      return node.isConstantFirst ? sum(constant, ...terms) : sum(...terms, constant);
    }
    case "product":
      return product(number(node.coefficient), ...node.factors.map(inside));
    case "power":
      return power(inside(node.base), inside(node.exponent));
    case "call":
      return call(node.primitive, node.args.map(inside));
  }
};

/** Names of the symbols in a node, constants left out. */
export const symbolsIn = (node: Node, found = new Set<string>()): Set<string> => {
  switch (node.kind) {
    case "number":
      break;
    case "symbol":
      if (node.constant === undefined) found.add(node.name);
      break;
    case "sum":
      for (const term of node.terms) symbolsIn(term.node, found);
      break;
    case "product":
      for (const factor of node.factors) symbolsIn(factor, found);
      break;
    case "power":
      symbolsIn(node.base, found);
      symbolsIn(node.exponent, found);
      break;
    case "call":
      for (const arg of node.args) symbolsIn(arg, found);
      break;
  }
  return found;
};
