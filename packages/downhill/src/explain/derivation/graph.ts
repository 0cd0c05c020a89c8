/** The graph of a derivation: what each step is made of, and the slopes that flow back through it. */
import type { Notation } from "../notation/names.ts";
import type { Derivation, Numbers } from "./derivation.ts";

export interface GraphNode {
  /** What edges call it: its name as text. */
  readonly key: string;
  readonly name: Notation;
  /** How it is computed; null for a variable. */
  readonly definition: Notation | null;
  /** ∂f/∂u₁; null for the result itself. */
  readonly slope: Notation | null;
  /** Where numbers were put in. */
  readonly numbers?: Numbers;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** ∂u₂/∂u₁ */
  readonly symbol: Notation;
  /** The slope of `to` by `from`. */
  readonly slope: Notation;
  /** Where numbers were put in: the slope's value. */
  readonly value?: number;
  /** The name of the rule that gives it. */
  readonly rule: string;
}

export interface DerivationGraph {
  /** The variables, then the steps in their order, the result last. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * The variables that a derivation is by and the steps through which the result depends on them, with the slope along each
 * edge. The slope of the result by a node is the sum, over the edges that leave it, of the slope by the node behind
 * times the slope along the edge: that is backpropagation.
 */
export const derivationGraph = ({
  steps,
  partials,
  name: result,
}: {
  readonly steps: Derivation["steps"];
  readonly partials: readonly Omit<Derivation["partials"][number], "evaluate">[];
  readonly name: Notation;
}): DerivationGraph => {
  const reached = steps.filter(({ slopes, backward }) => slopes.length > 0 && backward !== undefined);
  const variables = partials.map(({ name, symbol, numbers }): GraphNode => ({
    key: name.text,
    name,
    definition: null,
    slope: symbol,
    ...(numbers && { numbers }),
  }));
  const inner = reached.map(({ name, definition, backward, numbers }): GraphNode => ({
    key: name.text,
    name,
    definition,
    slope: name.text === result.text ? null : backward!.symbol,
    ...(numbers && { numbers }),
  }));
  const edges = reached.flatMap(({ name, slopes }) =>
    slopes.map(({ by, symbol, slope, value, rule }): GraphEdge => ({
      from: by.text,
      to: name.text,
      symbol,
      slope,
      rule,
      ...(value !== undefined && { value }),
    })),
  );
  return { nodes: [...variables, ...inner], edges };
};
