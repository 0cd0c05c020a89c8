/** The parts of a derivation's report: steps, paths, partial derivatives and rules, written out. */
import { hasValue, type Node, number } from "../algebra/node.ts";
import type { Notation } from "../notation/names.ts";
import type { Chain, Edge, Step } from "./chain.ts";
import type { BackwardSlope, DerivedStep, Numbers, PartialDerivative } from "./derivation.ts";
import type { Gradient, StepSlope } from "./gradient.ts";
import type { Naming } from "./naming.ts";
import { type Path, pathsTo } from "./paths.ts";
import { chainRule, constantRule, type Rule } from "./rules.ts";
import { sentenceOf } from "./sentence.ts";
import type { Substituted } from "./substitution.ts";

export const numbersAt = (substituted: Substituted | undefined, position: number): { numbers?: Numbers } =>
  substituted === undefined
    ? {}
    : {
        numbers: {
          value: substituted.values[position]!,
          slope: substituted.slopes[position]!,
          centralDifference: substituted.differences[position]!,
        },
      };

export const stepOf = (
  step: Step,
  gradient: Gradient,
  naming: Naming,
  numbers: { numbers?: Numbers },
  valueOf: ((node: Node) => number) | undefined,
): DerivedStep => {
  const name = naming.nameOf(step.key);
  const slope = gradient.backward.find((candidate) => candidate.step === step);
  return {
    name,
    definition: naming.short(step.definition),
    slopes: step.edges.map(({ from, local, rule, exceptions }) => ({
      symbol: naming.slope(name, naming.nameOf(from)),
      by: naming.nameOf(from),
      slope: naming.short(local),
      ...(valueOf && { value: valueOf(local) }),
      rule: rule.name,
      exceptions: exceptions.map(({ condition, slope: other }) => ({
        condition: naming.short(condition),
        slope: naming.short(other),
      })),
    })),
    ...(slope && { backward: backwardOf(slope, name, naming) }),
    ...numbers,
  };
};

const backwardOf = ({ terms }: StepSlope, name: Notation, naming: Naming): BackwardSlope => ({
  symbol: naming.slope(naming.result, name),
  sum: terms.length === 0 ? { text: "1", latex: "1" } : sumOf(terms, naming),
});

/** Factors of a product as they are found, in brackets where needed. */
const multiplied = (factors: readonly Notation[], isCompound: (text: string) => boolean): Notation => ({
  text: factors.map(({ text }) => (isCompound(text) ? `(${text})` : text)).join(" · "),
  latex: factors
    .map(({ text, latex }) => (isCompound(text) ? `\\left(${latex}\\right)` : latex))
    .join(" \\cdot "),
});

/** Whether a text has a sum or a minus sign outside of brackets. */
const isCompound = (text: string): boolean => {
  let bare = text;
  for (let before = ""; before !== bare;) {
    before = bare;
    bare = bare.replace(/[([{|][^()[\]{}|]*[)\]}|]/g, "");
  }
  return /^−| [+−] /.test(bare);
};

const added = (terms: readonly Notation[]): Notation => ({
  text: terms.map(({ text }) => text).join(" + "),
  latex: terms.map(({ latex }) => latex).join(" + "),
});

const sumOf = (terms: StepSlope["terms"], naming: Naming): Notation =>
  added(
    [...terms].reverse().map(({ through, edge }) => {
      const outer = naming.nameOf(through.key);
      const isResult = outer.text === naming.result.text;
      const local = naming.short(edge.local);
      return isResult ? local : multiplied([naming.slope(naming.result, outer), local], isCompound);
    }),
  );

const pathNotation = (path: Path, by: string, naming: Naming): { route: Notation; product: Notation } => {
  const stations = [...path.map(({ step }) => naming.nameOf(step.key)), naming.nameOf(by)];
  return {
    route: {
      text: stations.map(({ text }) => text).join(" → "),
      latex: stations.map(({ latex }) => latex).join(" \\to "),
    },
    product:
      path.length === 0
        ? naming.short(number(1))
        : multiplied(
            path.map(({ edge }) => naming.short(edge.local)),
            isCompound,
          ),
  };
};

/** Each edge that leads to a variable, with the step that uses the variable. */
const usesOf = (
  { steps }: Chain,
  variable: string,
  { backward }: Gradient,
): { through: Step; edge: Edge }[] =>
  steps.flatMap((step) =>
    backward.some((slope) => slope.step === step && !hasValue(slope.slope, 0))
      ? step.edges.filter(({ from }) => from === variable).map((edge) => ({ through: step, edge }))
      : [],
  );

export const partialOf = (
  by: string,
  chain: Chain,
  gradient: Gradient,
  naming: Naming,
  substituted: Substituted | undefined,
  position: number,
): Omit<PartialDerivative, "evaluate"> => {
  const { count, paths } = pathsTo(chain, by);
  const listed = paths?.map((path) => pathNotation(path, by, naming));
  const zero = naming.short(number(0));
  const uses = usesOf(chain, by, gradient);
  const sum =
    listed === undefined
      ? sumOf([...uses].reverse(), naming)
      : listed.length === 0
        ? zero
        : added(listed.map(({ product }) => product));
  const numbers = numbersAt(substituted, position);
  return {
    by,
    name: naming.nameOf(by),
    symbol: naming.derivative([by]),
    pathCount: count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count,
    ...(listed && { paths: listed }),
    sum,
    result: naming.whole(gradient.partials.get(by)!),
    ...numbers,
    ...(substituted && {
      sentence: sentenceOf(naming.nameOf(by).text, naming.result.text, substituted, position),
    }),
  };
};

export const rulesOf = ({ steps }: Chain, wrt: readonly string[]): Rule[] => {
  const rules = new Map<string, Rule>();
  for (const { edges } of steps) for (const { rule } of edges) rules.set(rule.sentence, rule);
  const isLong = steps.some(({ edges }) => edges.some(({ from }) => from.startsWith("step ")));
  const hasConstants = steps.some(({ dependsOn }) => dependsOn.size === 0) || wrt.length > 1;
  return [...rules.values(), ...(isLong ? [chainRule] : []), ...(hasConstants ? [constantRule] : [])];
};
