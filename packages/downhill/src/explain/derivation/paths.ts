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

/** Paths are listed up to this many, and up to this many links in all. */
const mostPaths = 6;
const mostLinks = 80;

/** A path as far as it has been followed, the last link first. */
interface Followed {
  readonly key: string;
  readonly length: number;
  readonly before: { readonly followed: Followed; readonly link: Path[number] } | undefined;
}

const pathOf = (end: Followed): Path => {
  const links: Path[number][] = [];
  for (let at = end.before; at !== undefined; at = at.followed.before) links.push(at.link);
  return links.reverse();
};

/** How many paths lead from the result to a variable; the paths themselves if they are few and short. */
export const pathsTo = (
  chain: Chain,
  variable: string,
): { readonly count: bigint; readonly paths: readonly Path[] | undefined } => {
  const { steps, output } = chain;
  if (output.kind !== "symbol") return { count: 0n, paths: [] };
  const counts = countsFrom(chain, variable);
  const count = counts.get(output.name) ?? 0n;
  if (count === 0n) return { count, paths: [] };
  if (count > BigInt(mostPaths)) return { count, paths: undefined };
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const paths: Path[] = [];
  let links = 0;
  const pending: Followed[] = [{ key: output.name, length: 0, before: undefined }];
  while (pending.length > 0) {
    const followed = pending.pop()!;
    if (followed.key === variable) {
      links += followed.length;
      if (links > mostLinks) return { count, paths: undefined };
      paths.push(pathOf(followed));
      continue;
    }
    const step = byKey.get(followed.key)!;
    for (const edge of [...step.edges].reverse())
      if (counts.has(edge.from))
        pending.push({
          key: edge.from,
          length: followed.length + 1,
          before: { followed, link: { step, edge } },
        });
  }
  return { count, paths };
};
