/**
 * The parser of mathjs alone. Its own nodes can evaluate, print and simplify themselves, which is five times as much code
 * as the parser; these hold what was read and nothing else.
 */
import { createParse } from "mathjs/number";

declare module "mathjs/number" {
  /** A factory that mathjs exports and its types leave out. */
  export const createParse: (parts: Readonly<Record<string, unknown>>) => (text: string) => SyntaxNode;
}

/** A part of a formula. Which of its fields there are depends on its type. */
export interface SyntaxNode {
  /** ConstantNode, SymbolNode, OperatorNode, FunctionNode, ParenthesisNode, or what formulas do not have. */
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  /** Of operators the function's name, of calls the node that is called. */
  readonly fn?: string | SyntaxNode;
  readonly op?: string;
  readonly args?: readonly SyntaxNode[];
  /** Whether it is a product without a sign. */
  readonly implicit?: boolean;
  /** Of parentheses. */
  readonly content?: SyntaxNode;
}

/** A class of nodes whose fields are what its constructor is given. */
const node = (type: string, fields: readonly string[] = []) => {
  class Parsed {
    readonly type = type;

    constructor(...values: readonly unknown[]) {
      Object.assign(this, Object.fromEntries(fields.map((field, i) => [field, values[i]])));
    }
  }
  // How mathjs tells them apart.
  Object.assign(Parsed.prototype, { isNode: true, [`is${type}`]: true });
  return Parsed;
};

const nodes = {
  ConstantNode: node("ConstantNode", ["value"]),
  SymbolNode: node("SymbolNode", ["name"]),
  ParenthesisNode: node("ParenthesisNode", ["content"]),
  OperatorNode: node("OperatorNode", ["op", "fn", "args", "implicit"]),
  FunctionNode: node("FunctionNode", ["fn", "args"]),
  // What formulas do not have.
  ...Object.fromEntries(
    [
      "AccessorNode",
      "ArrayNode",
      "AssignmentNode",
      "BlockNode",
      "ConditionalNode",
      "FunctionAssignmentNode",
      "IndexNode",
      "ObjectNode",
      "RangeNode",
      "RelationalNode",
    ].map((type) => [type, node(type)]),
  ),
};

/**
 * The tree of a formula.
 * @throws SyntaxError with the place as `char`, counted from 1.
 */
export const parseSyntax: (text: string) => SyntaxNode = /* @__PURE__ */ createParse({
  ...nodes,
  // Texts are all that is parsed.
  typed: Object.assign((_: string, { string }: { readonly string: (text: string) => SyntaxNode }) => string, {
    addConversion: () => undefined,
  }),
  numeric: Number,
  config: { number: "number", numberFallback: "number" },
});
