/** Derivations: a function as a chain of steps, the rule behind the slope of each, and what comes out of it. */
import { asTensor } from "../../functions/operands.ts";
import type { Program } from "../../program/program.ts";
import { traceProgram } from "../../program/trace.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { literal, type Operand, Tensor } from "../../tensor/tensor.ts";
import { hasValue, type Node, number } from "../algebra/node.ts";
import { symbolsIn } from "../algebra/traverse.ts";
import { isFormula, type Formula } from "../formula.ts";
import { nameNotation, type Notation } from "../notation/names.ts";
import { type Chain, chainOf, type Edge, type Step } from "./chain.ts";
import { checkGradient, engineGradient } from "./check.ts";
import type {
  BackwardSlope,
  Derivation,
  DerivedStep,
  HigherDerivative,
  Numbers,
  PartialDerivative,
} from "./derivation.ts";
import { evaluateNodes } from "./evaluate.ts";
import { type Gradient, gradientOf, slopeKey, type StepSlope } from "./gradient.ts";
import { type Naming, namingOf, stepLetters } from "./naming.ts";
import { evaluateAt } from "./numeric.ts";
import { type Path, pathsTo } from "./paths.ts";
import { chainRule, constantRule, type Rule } from "./rules.ts";
import { sentenceOf } from "./sentence.ts";
import { substituteNumbers, type Substituted } from "./substitution.ts";
import { derivationLatex } from "./latex.ts";
import { derivationText } from "./text.ts";
import { type ScalarProgram, traceScalars } from "./trace-scalars.ts";

export interface DeriveOptions {
  /** Names of the function's arguments, in their order; a formula knows its own. */
  readonly variables?: readonly string[];
  /** The variables to differentiate by; all if left out. */
  readonly wrt?: readonly string[];
  /** A value for each variable, to put in. */
  readonly at?: Readonly<Record<string, number>>;
  /** Up to which order derivatives are taken: a whole number from 1, which it is if left out. */
  readonly order?: number;
}

/** A scalar function of scalars. */
export type ScalarFunction = (...args: Tensor[]) => Tensor;

/** More paths than this are not listed one by one. */
const mostPaths = 6;

const operation = "derive";

/**
 * How the derivatives of a function come about: its steps, the slope of each with the rule that gives it, the product
 * along each path from a variable to the result, the sum over paths, and the simplified result, checked on the spot
 * against the engine's gradient and against central differences. Slopes of single operations come from the records of
 * the engine's primitives.
 *
 * @param f a formula, or any function of float64 scalars that can be traced.
 * @throws ArgumentError if names or values do not fit the function, or if it is not a scalar function of scalars.
 */
export const derive = (f: Formula | ScalarFunction, options: DeriveOptions = {}): Derivation => {
  const variables = variablesOf(f, options);
  const wrt = wrtOf(variables, options);
  const order = orderOf(options);
  const values = valuesOf(variables, options);
  const traced = traceScalars(
    isFormula(f) ? (...args) => f(Object.fromEntries(variables.map((name, i) => [name, args[i]!]))) : f,
    variables,
  );
  const chain = chainOf(traced, wrt);
  const gradient = gradientOf(chain, wrt);
  const naming = namingOf(chain, variables, hasDecimals(traced.program));
  const nodes = wrt.map((name) => gradient.partials.get(name)!);
  const positions = wrt.map((name) => variables.indexOf(name));
  const evaluate = (inputs: readonly Tensor[]): Tensor[] =>
    evaluateNodes(nodes, traced, chain, gradient, inputs);
  const check = checkGradient(traced.program, positions, programOf(variables.length, evaluate), values);
  const substituted = values && substituteNumbers(traced.program, chain.steps, values);
  const names = variables.map((name) => nameNotation(name));
  const derivation: Derivation = {
    name: naming.result,
    call: {
      text: `${naming.result.text}(${names.map(({ text }) => text).join(", ")})`,
      latex: `${naming.result.latex}(${names.map(({ latex }) => latex).join(", ")})`,
    },
    formula: naming.whole(chain.output.kind === "symbol" ? definitionOf(chain) : chain.output),
    variables,
    wrt,
    steps: chain.steps.map((step, i) =>
      stepOf(step, gradient, naming, numbersAt(substituted, variables.length + i)),
    ),
    partials: wrt.map((name, i) => ({
      ...partialOf(name, chain, gradient, naming, substituted, positions[i]!),
      evaluate: (given) => evaluate(scalarsOf(variables, given))[i]!,
    })),
    higher: higherOf(traced, wrt, order, evaluate, naming, values),
    rules: rulesOf(chain, wrt),
    check,
    ...(substituted && {
      at: {
        values: Object.fromEntries(variables.map((name, i) => [name, values[i]!])),
        value: substituted.value,
      },
    }),
    toString: () => derivationText(derivation),
    toLatex: () => derivationLatex(derivation),
  };
  return derivation;
};

const variablesOf = (f: Formula | ScalarFunction, { variables }: DeriveOptions): readonly string[] => {
  if (isFormula(f)) return f.variables;
  const names =
    variables ?? (f.length === 1 ? ["x"] : Array.from({ length: f.length }, (_, i) => `x${i + 1}`));
  if (new Set(names).size < names.length)
    throw new ArgumentError(operation, `variables ${names.join(", ")}: a name stands there twice`);
  return names;
};

const wrtOf = (variables: readonly string[], { wrt = variables }: DeriveOptions): readonly string[] => {
  for (const name of wrt)
    if (!variables.includes(name))
      throw new ArgumentError(
        operation,
        `${name} is no variable of the function; it has ${variables.length === 0 ? "none" : variables.join(", ")}`,
      );
  return [...new Set(wrt)];
};

const orderOf = ({ order = 1 }: DeriveOptions): number => {
  if (Number.isSafeInteger(order) && order >= 1) return order;
  throw new ArgumentError(operation, `order ${order}; write a whole number from 1`);
};

const valuesOf = (variables: readonly string[], { at }: DeriveOptions): readonly number[] | undefined => {
  if (at === undefined) return undefined;
  const missing = variables.filter((name) => !Object.hasOwn(at, name));
  if (missing.length > 0)
    throw new ArgumentError(operation, `no value for ${missing.join(", ")}; give one for each variable`);
  for (const name of Object.keys(at))
    if (!variables.includes(name))
      throw new ArgumentError(operation, `a value for ${name}, which is no variable of the function`);
  return variables.map((name) => at[name]!);
};

const scalarsOf = (variables: readonly string[], given: Readonly<Record<string, Operand>>): Tensor[] =>
  variables.map((name) => {
    const value = given[name];
    if (value === undefined) throw new ArgumentError(operation, `no value for ${name}`);
    return value instanceof Tensor ? asTensor(value, "float64") : literal(Number(value), "float64");
  });

/** The program of a function of float64 scalars, as it is written. */
const programOf = (count: number, f: (inputs: readonly Tensor[]) => readonly Tensor[]): Program => {
  const types = Array.from({ length: count }, () => ({ shape: [], dtype: "float64" }) as const);
  return traceProgram(operation, types, f).program;
};

const hasDecimals = ({ equations }: Program): boolean =>
  equations.some(({ inputs }) =>
    inputs.some((input) => input.kind === "literal" && isShortDecimal(input.value)),
  );

/** A number that someone has written with a decimal point, not π or a third. */
const isShortDecimal = (value: number): boolean => !Number.isInteger(value) && String(value).length <= 12;

const lastStep = ({ steps, output }: Chain): Step | undefined =>
  output.kind === "symbol" ? steps.find(({ key }) => key === output.name) : undefined;

const definitionOf = (chain: Chain): Node => lastStep(chain)?.definition ?? chain.output;

const numbersAt = (substituted: Substituted | undefined, position: number): { numbers?: Numbers } =>
  substituted === undefined
    ? {}
    : {
        numbers: {
          value: substituted.values[position]!,
          slope: substituted.slopes[position]!,
          centralDifference: substituted.differences[position]!,
        },
      };

const stepOf = (
  step: Step,
  gradient: Gradient,
  naming: Naming,
  numbers: { numbers?: Numbers },
): DerivedStep => {
  const name = naming.nameOf(step.key);
  const slope = gradient.backward.find((candidate) => candidate.step === step);
  return {
    name,
    definition: naming.short(step.definition),
    slopes: step.edges.map(({ from, local, rule, exceptions }) => ({
      symbol: naming.slope(name, naming.nameOf(from)),
      slope: naming.short(local),
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

const partialOf = (
  by: string,
  chain: Chain,
  gradient: Gradient,
  naming: Naming,
  substituted: Substituted | undefined,
  position: number,
): Omit<PartialDerivative, "evaluate"> => {
  const { count, paths } = pathsTo(chain, by, mostPaths);
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

const rulesOf = ({ steps }: Chain, wrt: readonly string[]): Rule[] => {
  const rules = new Map<string, Rule>();
  for (const { edges } of steps) for (const { rule } of edges) rules.set(rule.sentence, rule);
  const isLong = steps.some(({ edges }) => edges.some(({ from }) => from.startsWith("step ")));
  const hasConstants = steps.some(({ dependsOn }) => dependsOn.size === 0) || wrt.length > 1;
  return [...rules.values(), ...(isLong ? [chainRule] : []), ...(hasConstants ? [constantRule] : [])];
};

interface Lower {
  readonly by: readonly string[];
  readonly evaluate: (inputs: readonly Tensor[]) => Tensor;
  /** The same derivative by the engine. */
  readonly engine: Program;
}

/** Derivatives of the simplified derivatives, by variables not before the last one: each mixed derivative once. */
const higherOf = (
  { program, variables }: ScalarProgram,
  wrt: readonly string[],
  order: number,
  gradient: (inputs: readonly Tensor[]) => readonly Tensor[],
  first: Naming,
  values: readonly number[] | undefined,
): HigherDerivative[] => {
  const positionOf = (name: string): number => variables.indexOf(name);
  let lower: Lower[] = wrt.map((name, i) => ({
    by: [name],
    evaluate: (inputs) => gradient(inputs)[i]!,
    engine: engineGradient(program, [positionOf(name)]),
  }));
  const found: HigherDerivative[] = [];
  for (let reached = 2; reached <= order; reached++) {
    const next: Lower[] = [];
    for (const { by, evaluate, engine } of lower) {
      const traced = traceScalars((...args) => evaluate(args), variables);
      const later = wrt.slice(wrt.indexOf(by.at(-1)!));
      const chain = chainOf(traced, later);
      const slopes = gradientOf(chain, later, { namesResult: false });
      const naming = namingOf(chain, variables, hasDecimals(program), stepLetters.higher);
      const nodes = later.map((name) => slopes.partials.get(name)!);
      const derived = (inputs: readonly Tensor[]): Tensor[] =>
        evaluateNodes(nodes, traced, chain, slopes, inputs);
      const derivedProgram = programOf(variables.length, derived);
      const positions = later.map(positionOf);
      const check = checkGradient(engine, positions, derivedProgram, values);
      const at = values && evaluateAt(derivedProgram, values);
      later.forEach((name, i) => {
        const all = [...by, name];
        found.push({
          order: reached,
          by: all,
          symbol: first.derivative(all),
          result: naming.whole(nodes[i]!),
          where: whereOf(nodes[i]!, chain, slopes, naming),
          check,
          ...(at && { value: at[i]! }),
          evaluate: (given) => derived(scalarsOf(variables, given))[i]!,
        });
        if (reached < order)
          next.push({
            by: all,
            evaluate: (inputs) => derived(inputs)[i]!,
            engine: engineGradient(engine, [positions[i]!]),
          });
      });
    }
    lower = next;
  }
  return found;
};

/** The definitions behind the names in a long result, and behind the names in those. */
const whereOf = (
  node: Node,
  { steps }: Chain,
  { backward }: Gradient,
  naming: Naming,
): HigherDerivative["where"] => {
  const wanted = new Set(naming.namesIn(node));
  const slopes = [...backward].reverse().filter(({ step, definition }) => {
    const isWanted = wanted.has(slopeKey(step.key));
    if (isWanted) for (const name of naming.namesIn(definition)) wanted.add(name);
    return isWanted;
  });
  const used = [...steps].reverse().filter(({ key, definition }) => {
    const isWanted = wanted.has(key);
    if (isWanted) for (const name of symbolsIn(definition)) wanted.add(name);
    return isWanted;
  });
  return [
    ...used
      .reverse()
      .map(({ key, definition }) => ({ name: naming.nameOf(key), definition: naming.short(definition) })),
    ...slopes.reverse().map(({ step, definition }) => ({
      name: naming.nameOf(slopeKey(step.key)),
      definition: naming.whole(definition),
    })),
  ];
};
