/** The graph of a derivation: what each step is made of, and the slopes along the way. */
import type { Derivation } from "downhill/formula";

export interface GraphNode {
  readonly name: string;
  /** How it is computed; null for a variable. */
  readonly definition: string | null;
  readonly value?: number;
  /** ∂f/∂u₁; null for the result itself. */
  readonly slopeName: string | null;
  readonly slope?: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The slope of `to` by `from` as a formula. */
  readonly slope: string;
  readonly value?: number;
  /** The name of the rule that gives it. */
  readonly rule: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The variables and the steps that the result depends on through them, and the slope along each edge. */
export function graphOf({ steps, partials, name: result }: Derivation): Graph {
  const reached = steps.filter(({ slopes, backward }) => slopes.length > 0 && backward !== undefined);
  const variables = partials.map(({ name, symbol, numbers }): GraphNode => ({
    name: name.text,
    definition: null,
    slopeName: symbol.text,
    ...(numbers && { value: numbers.value, slope: numbers.slope }),
  }));
  const inner = reached.map(({ name, definition, backward, numbers }): GraphNode => ({
    name: name.text,
    definition: definition.text,
    slopeName: name.text === result.text ? null : backward!.symbol.text,
    ...(numbers && { value: numbers.value, slope: numbers.slope }),
  }));
  const edges = reached.flatMap(({ name, slopes }) =>
    slopes.map(({ by, slope, value, rule }): GraphEdge => ({
      from: by.text,
      to: name.text,
      slope: slope.text,
      rule,
      ...(value !== undefined && { value }),
    })),
  );
  return { nodes: [...variables, ...inner], edges };
}
