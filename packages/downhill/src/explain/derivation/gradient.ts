/** The chain rule carried out: slopes of the result by every step, from the last to the first. */
import { fold } from "../algebra/fold.ts";
import { product, sum } from "../algebra/build.ts";
import { hasValue, isCall, type Node, one, symbol } from "../algebra/node.ts";
import { substitute } from "../algebra/traverse.ts";
import { cost, simplify } from "../algebra/simplify.ts";
import type { Chain, Edge, Step } from "./chain.ts";

/** The slope of the result by a step. */
export interface StepSlope {
  readonly step: Step;
  /** Simplified; a symbol with this step's key and a prime where it is too long to be written into others. */
  readonly slope: Node;
  /** What the symbol stands for; the same as `slope` if there is none. */
  readonly definition: Node;
  /** Σ over the steps that use this one: its slope there times the slope of the result by that step. */
  readonly terms: readonly { readonly through: Step; readonly edge: Edge }[];
}

export interface Gradient {
  /** Of the steps, last to first. */
  readonly backward: readonly StepSlope[];
  /** Of the variables, simplified; 0 where the result does not depend on one. */
  readonly partials: ReadonlyMap<string, Node>;
}

/** Slopes that take more than this to write get a name. */
const longestSlope = 80;

export const slopeKey = (key: string): string => `slope of ${key}`;

interface Options {
  /** Whether the result's own name may be put in: f·(1 − f). */
  readonly namesResult?: boolean;
}

const isResult = ({ output }: Chain, { key }: Step): boolean =>
  output.kind === "symbol" && output.name === key;

/** The slopes by steps and variables; those of the last step as `slopeOf` says. */
const backwardPass = (
  chain: Chain,
  slopeOf: (edge: Edge, through: Step) => Node,
): { readonly backward: readonly StepSlope[]; readonly slopeBy: (variable: string) => Node } => {
  const { steps, output } = chain;
  const contributions = new Map<string, { through: Step; edge: Edge; value: Node }[]>();
  const backward: StepSlope[] = [];
  // From the first step to the last, so that terms come in the order in which they were written.
  const total = (key: string): Node =>
    simplify(sum(...(contributions.get(key) ?? []).map(({ value }) => value).reverse()));
  for (const step of [...steps].reverse()) {
    const terms = contributions.get(step.key) ?? [];
    if (!isResult(chain, step) && terms.length === 0) continue;
    const definition = isResult(chain, step) ? one : total(step.key);
    const slope = definition.size > longestSlope ? symbol(slopeKey(step.key)) : definition;
    backward.push({ step, slope, definition, terms });
    if (hasValue(slope, 0)) continue;
    for (const edge of step.edges) {
      const list = contributions.get(edge.from) ?? [];
      list.push({ through: step, edge, value: product(slope, slopeOf(edge, step)) });
      contributions.set(edge.from, list);
    }
  }
  return {
    backward,
    slopeBy: (variable) => (output.kind === "symbol" && output.name === variable ? one : total(variable)),
  };
};

/** The gradient of a chain by the variables named. */
export const gradientOf = (
  chain: Chain,
  wrt: readonly string[],
  { namesResult = true }: Options = {},
): Gradient => {
  const { backward, slopeBy } = backwardPass(chain, ({ slope }) => slope);
  const plain = new Map(wrt.map((name) => [name, slopeBy(name)]));
  const last = chain.steps.find((step) => isResult(chain, step));
  if (!namesResult || last === undefined || cost(last.value) < leastResult || !hasExponential(last.value))
    return { backward, partials: plain };
  const named = backwardPass(chain, (edge, through) => (through === last ? edge.slopeByName : edge.slope));
  // Slopes that have got names are those of the first pass.
  if (
    [backward, named.backward].some((slopes) => slopes.some(({ slope, definition }) => slope !== definition))
  )
    return { backward, partials: plain };
  const shorter = (name: string, slope: Node): Node =>
    [slope, named.slopeBy(name)]
      .map((form) => simplify(fold(form, last.value, symbol(last.key))))
      .reduce((best, form) => (cost(form) < cost(best) ? form : best), slope);
  return { backward, partials: new Map([...plain].map(([name, slope]) => [name, shorter(name, slope)])) };
};

/** Powers of e come back in their slopes, as e^a/S in f·(1 − f); other functions are clearer without the name. */
const hasExponential = (node: Node): boolean => {
  let found = false;
  substitute(node, (part) => {
    found ||= isCall(part, "exp");
    return found ? part : undefined;
  });
  return found;
};

/** Results that take less than this to write are not called by their name. */
const leastResult = 6;
