/** The ways along which a variable acts on the result. */
import type { Chain, Edge, Step } from "./chain.ts";

/** From the result to the variable: each step with the edge that leads on. */
export type Path = readonly { readonly step: Step; readonly edge: Edge }[];

/** How many paths lead from a variable to each step that it acts on. */
const countsFrom = ({ steps }: Chain, variable: string): Map<string, bigint> => {
  const counts = new Map<string, bigint>([[variable, 1n]]);
  for (const { key, edges } of steps) {
    const count = edges.reduce((total, { from }) => total + (counts.get(from) ?? 0n), 0n);
    if (count > 0n) counts.set(key, count);
  }
  return counts;
};

/** The paths from the result to a variable, and how many they are; the paths themselves only up to `most`. */
export const pathsTo = (
  chain: Chain,
  variable: string,
  most: number,
): { readonly count: bigint; readonly paths: readonly Path[] | undefined } => {
  const { steps, output } = chain;
  if (output.kind !== "symbol") return { count: 0n, paths: [] };
  const counts = countsFrom(chain, variable);
  const count = counts.get(output.name) ?? 0n;
  if (count > BigInt(most)) return { count, paths: undefined };
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const from = (key: string): Path[] => {
    if (key === variable) return [[]];
    const step = byKey.get(key)!;
    return step.edges
      .filter((edge) => counts.has(edge.from))
      .flatMap((edge) => from(edge.from).map((rest) => [{ step, edge }, ...rest]));
  };
  return { count, paths: count === 0n ? [] : from(output.name) };
};
