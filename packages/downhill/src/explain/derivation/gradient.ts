/** The chain rule carried out: slopes of the result by every step, from the last to the first. */
import { fold } from "../algebra/fold.ts";
import { hasValue, type Node, one, product, sum, symbol } from "../algebra/node.ts";
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

/** The gradient of a chain by the variables named. `namesResult`: whether its name may be put in: f·(1 − f). */
export const gradientOf = (
  { steps, output }: Chain,
  wrt: readonly string[],
  { namesResult = true }: { readonly namesResult?: boolean } = {},
): Gradient => {
  const contributions = new Map<string, { through: Step; edge: Edge; value: Node }[]>();
  const backward: StepSlope[] = [];
  // From the first step to the last, so that terms come in the order in which they were written.
  const total = (key: string): Node =>
    sum(...(contributions.get(key) ?? []).map(({ value }) => value).reverse());
  for (const step of [...steps].reverse()) {
    const isOutput = output.kind === "symbol" && output.name === step.key;
    const terms = contributions.get(step.key) ?? [];
    if (!isOutput && terms.length === 0) continue;
    const definition = isOutput ? one : simplify(total(step.key));
    const slope = definition.size > longestSlope ? symbol(slopeKey(step.key)) : definition;
    backward.push({ step, slope, definition, terms });
    if (hasValue(slope, 0)) continue;
    for (const edge of step.edges) {
      const list = contributions.get(edge.from) ?? [];
      list.push({ through: step, edge, value: product(slope, edge.slope) });
      contributions.set(edge.from, list);
    }
  }
  const last = steps.find(({ key }) => output.kind === "symbol" && output.name === key);
  const partialOf = (name: string): Node => {
    if (output.kind === "symbol" && output.name === name) return one;
    const whole = total(name);
    const simple = simplify(whole);
    return last === undefined || !namesResult ? simple : withResult([whole, simple], last);
  };
  return { backward, partials: new Map(wrt.map((name) => [name, partialOf(name)])) };
};

/** Results that take less than this to write are not called by their name. */
const leastResult = 6;

/** The cheapest of the forms, the result's own name put in where that helps: f·(1 − f). */
const withResult = (forms: readonly Node[], { key, value }: Step): Node => {
  let best = forms.at(-1)!;
  if (cost(value) < leastResult) return best;
  for (const form of forms) {
    const folded = simplify(fold(form, value, symbol(key)));
    if (cost(folded) < cost(best)) best = folded;
  }
  return best;
};
