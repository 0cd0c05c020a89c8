/** Steps that belong together under one name: logsumexp, which the engine computes in ten. */
import { power, product, sum } from "../algebra/build.ts";
import { isCall, type Node, number, plainCall, symbol } from "../algebra/node.ts";
import { simplify } from "../algebra/simplify.ts";
import { substitute, symbolsIn } from "../algebra/traverse.ts";
import { rules } from "../derivation/rules.ts";
import type { TensorChain, TensorEdge, TensorStep } from "./chain.ts";
import { elementOf, type Labels, relabel } from "./labels.ts";
import { pulledBack } from "./gradient.ts";
import { withNames } from "./recognise.ts";

/** A variable or a step whose elements are the ones given. */
interface Origin {
  readonly key: string;
  readonly labels: readonly string[];
  /** Where its labels stand in the element that was found. */
  readonly places: readonly string[];
}

const permutations = (items: readonly string[]): string[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, i) =>
        permutations(items.filter((_, k) => k !== i)).map((rest) => [item, ...rest]),
      );

/** The variable or the last step before whose value this is, its indices among `labels`. */
const originOf = (
  value: Node,
  labels: readonly string[],
  before: readonly TensorStep[],
  { inputs }: TensorChain,
): Origin | undefined => {
  const candidates = [
    ...[...inputs].map(([key, own]) => ({ key, own, element: elementOf(key, own) })),
    ...before.map((step) => ({ key: step.key, own: step.labels, element: step.value })),
  ];
  for (const { key, own, element } of candidates.reverse()) {
    if (own.length !== labels.length) continue;
    for (const places of permutations(labels)) {
      const moved = relabel(element, new Map(own.map((label, i) => [label, places[i]!])));
      if (moved.key === value.key) return { key, labels: own, places };
    }
  }
  return undefined;
};

/** The slope of a step by an earlier one, through all steps between, for elements at `origin.places`. */
const slopeThrough = (
  steps: readonly TensorStep[],
  last: TensorStep,
  origin: Origin,
  labels: Labels,
): Node | undefined => {
  const seed = elementOf("seed", last.labels);
  const slopes = new Map<string, Node[]>([[last.key, [seed]]]);
  for (const step of [...steps].reverse()) {
    const own = slopes.get(step.key);
    if (own === undefined || step.key === origin.key) continue;
    for (const edge of step.edges) {
      const pulled = pulledBack(sum(...own), step, edge, edge.slope, labels);
      slopes.set(edge.from, [...(slopes.get(edge.from) ?? []), pulled]);
    }
  }
  const total = withNames(simplify(withNames(sum(...(slopes.get(origin.key) ?? [number(0)])))));
  const there = relabel(total, new Map(origin.labels.map((label, i) => [label, origin.places[i]!])));
  const slope = product(there, power(seed, number(-1)));
  return symbolsIn(slope).has("seed") ? undefined : slope;
};

/** A step that is logsumexp of an earlier one, as one operation. */
const collapsed = (
  step: TensorStep,
  before: readonly TensorStep[],
  chain: TensorChain,
  labels: Labels,
): TensorStep | undefined => {
  const value = withNames(step.value);
  if (!isCall(value, "logsumexp") || value.args[1]!.kind !== "symbol") return undefined;
  const [exponent, label] = [value.args[0]!, value.args[1]!.name];
  const origin = originOf(exponent, [...step.labels, label], before, chain);
  if (origin === undefined) return undefined;
  const slope = slopeThrough([...before, step], step, origin, labels);
  if (slope === undefined) return undefined;
  const element = elementOf(origin.key, origin.places);
  const edge: TensorEdge = {
    from: origin.key,
    fromLabels: origin.labels,
    places: origin.places,
    summed: [label],
    local: substitute(slope, (part) => (part.key === exponent.key ? element : undefined)),
    slope,
    rule: rules.logsumexp,
    exceptions: [],
    operation: "logsumexp",
  };
  return {
    ...step,
    definition: plainCall("logsumexp", [element, symbol(label)]),
    value,
    edges: step.dependsOn.size === 0 ? [] : [edge],
  };
};

/** The chain with logsumexp in one step, and without the steps that nothing uses then. */
export const withComposites = (chain: TensorChain, labels: Labels): TensorChain => {
  const steps: TensorStep[] = [];
  for (const step of chain.steps) steps.push(collapsed(step, steps, chain, labels) ?? step);
  const used = symbolsIn(chain.output);
  const kept = [...steps].reverse().filter(({ key, definition, edges }) => {
    if (!used.has(key)) return false;
    symbolsIn(definition, used);
    for (const edge of edges) used.add(edge.from);
    return true;
  });
  return { ...chain, steps: kept.reverse() };
};
