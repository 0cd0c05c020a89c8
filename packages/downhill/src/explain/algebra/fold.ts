/** Putting a name in for a formula wherever it occurs, also as a part of products. */
import { power, product } from "./build.ts";
import { type Node, number, powerParts } from "./node.ts";
import { substitute } from "./traverse.ts";
import * as q from "./rational.ts";

/** The node with `name` in place of `value`: e^a·e^b/S² as f·e^b/S for f = e^a/S. */
export const fold = (node: Node, value: Node, name: Node): Node =>
  substitute(node, (part) => {
    if (part.key === value.key) return name;
    if (part.kind !== "product" && part.kind !== "power") return undefined;
    const times = timesIn(part, value);
    if (times === 0) return undefined;
    const rest = product(part, power(value, number(-times)));
    return product(power(name, number(times)), fold(rest, value, name));
  });

const factorsOf = (node: Node): readonly Node[] => (node.kind === "product" ? node.factors : [node]);

/** How often a product contains another as a factor: whole times. */
export const timesIn = (node: Node, value: Node): number => {
  if (value.kind !== "product" && value.kind !== "power") return 0;
  const exponents = new Map(
    factorsOf(node).map((factor) => {
      const { base, exponent } = powerParts(factor);
      return [base.key, exponent];
    }),
  );
  let times = Infinity;
  for (const factor of factorsOf(value)) {
    const { base, exponent } = powerParts(factor);
    const here = exponents.get(base.key);
    if (here?.kind !== "number" || exponent.kind !== "number") return 0;
    times = Math.min(times, Math.floor(q.toNumber(here.value) / q.toNumber(exponent.value)));
  }
  return Number.isFinite(times) ? Math.max(0, times) : 0;
};
