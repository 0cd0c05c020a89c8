/** The chain rule for tensors: the slope of the result by each element of a step, from the last step to the first. */
import { product, sum } from "../algebra/build.ts";
import { hasValue, type Node, one, zero } from "../algebra/node.ts";
import { simplify } from "../algebra/simplify.ts";
import { slopeKey } from "../derivation/gradient.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { TensorChain, TensorEdge, TensorStep } from "./chain.ts";
import { elementOf, type Labels, relabel, sumOver } from "./labels.ts";
import { withNames } from "./recognise.ts";

export interface TensorSlope {
  readonly step: TensorStep;
  /** An element; the element of a named slope where it is too long to be written into others. */
  readonly slope: Node;
  readonly definition: Node;
  /** In names of the slopes of later steps. */
  readonly inNames: Node;
}

export interface TensorGradient {
  readonly backward: readonly TensorSlope[];
  /** Of an element of each variable, in its labels: simplified, and in names of the slopes of steps. */
  readonly partials: ReadonlyMap<
    string,
    { readonly slope: Node; readonly inNames: Node; readonly uses: number }
  >;
}

const longestSlope = 100;

/** What an element taken gets of the slope of the elements that it is taken for. */
export const pulledBack = (
  slope: Node,
  step: TensorStep,
  edge: TensorEdge,
  local: Node | undefined,
  labels: Labels,
): Node => {
  if (local === undefined)
    throw new ArgumentError(
      "derive",
      `${edge.operation} of a tensor is only written where it is held fixed, as in logsumexp; its slope has no form here`,
    );
  let whole = product(slope, local);
  for (const label of [...step.labels, ...edge.summed])
    if (!edge.places.includes(label)) whole = sumOver(whole, label, labels);
  return relabel(whole, new Map(edge.places.map((label, i) => [label, edge.fromLabels[i]!])));
};

/** The gradient of a chain by the variables named. @throws ArgumentError where a slope has no form. */
export const tensorGradient = (
  { steps, output }: TensorChain,
  wrt: readonly string[],
  labels: Labels,
): TensorGradient => {
  const contributions = new Map<string, { value: Node; inNames: Node }[]>();
  const backward: TensorSlope[] = [];
  const total = (key: string, of: "value" | "inNames"): Node =>
    sum(...(contributions.get(key) ?? []).map((each) => each[of]).reverse());
  const simplest = (key: string): Node => withNames(simplify(withNames(total(key, "value"))));
  for (const step of [...steps].reverse()) {
    const isOutput = output.kind === "symbol" && output.name === step.key;
    if (!isOutput && !contributions.has(step.key)) continue;
    const definition = isOutput ? one : simplest(step.key);
    const slope = definition.size > longestSlope ? elementOf(slopeKey(step.key), step.labels) : definition;
    backward.push({ step, slope, definition, inNames: isOutput ? one : total(step.key, "inNames") });
    if (hasValue(slope, 0)) continue;
    const name = isOutput ? one : elementOf(slopeKey(step.key), step.labels);
    for (const edge of step.edges) {
      const list = contributions.get(edge.from) ?? [];
      list.push({
        value: pulledBack(slope, step, edge, edge.slope, labels),
        inNames: pulledBack(name, step, edge, edge.local, labels),
      });
      contributions.set(edge.from, list);
    }
  }
  const partialOf = (name: string): { slope: Node; inNames: Node; uses: number } => {
    if (output.kind === "symbol" && output.name === name) return { slope: one, inNames: one, uses: 1 };
    if (!contributions.has(name)) return { slope: zero, inNames: zero, uses: 0 };
    return { slope: simplest(name), inNames: total(name, "inNames"), uses: contributions.get(name)!.length };
  };
  return { backward, partials: new Map(wrt.map((name) => [name, partialOf(name)])) };
};
