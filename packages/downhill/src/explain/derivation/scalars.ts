/** Derivations of functions of scalars. */
import { literal, type Operand, type Tensor } from "../../tensor/tensor.ts";
import { evaluateNode } from "../algebra/evaluate.ts";
import type { Node } from "../algebra/node.ts";
import { nameNotation } from "../notation/names.ts";
import { notesOn } from "../notation/notes.ts";
import { type Chain, chainOf, type Step, tiesOf } from "./chain.ts";
import { checkGradient } from "./check.ts";
import { hasDecimals } from "./constants.ts";
import type { Derivation } from "./derivation.ts";
import { evaluateNodes, scalarsOf } from "./evaluate.ts";
import { gradientOf } from "./gradient.ts";
import { higherOf } from "./higher.ts";
import { derivationLatex } from "./latex.ts";
import { namingOf } from "./naming.ts";
import { numbersAt, partialOf, rulesOf, stepOf } from "./report.ts";
import { type Substituted, substituteNumbers } from "./substitution.ts";
import { derivationText } from "./text.ts";
import { programOfScalars, traceScalars } from "./trace-scalars.ts";

/** What is asked of a derivation, checked. */
export interface ScalarQuestion {
  readonly variables: readonly string[];
  readonly wrt: readonly string[];
  readonly order: number;
  /** In the order of the variables. */
  readonly values: readonly number[] | undefined;
}

/** The derivation of a function of float64 scalars. */
export const deriveScalars = (
  f: (...args: Tensor[]) => Tensor,
  { variables, wrt, order, values }: ScalarQuestion,
): Derivation => {
  const traced = traceScalars(f, variables);
  const chain = chainOf(traced, wrt);
  const gradient = gradientOf(chain, wrt);
  const naming = namingOf(chain, variables, hasDecimals(traced.program));
  const nodes = wrt.map((name) => gradient.partials.get(name)!);
  const positions = wrt.map((name) => variables.indexOf(name));
  const evaluate = (inputs: readonly Tensor[]): Tensor[] =>
    evaluateNodes(nodes, traced, chain, gradient, inputs);
  const ties = programOfScalars(variables.length, (inputs) =>
    evaluateNodes(tiesOf(chain), traced, chain, gradient, inputs),
  );
  const check = checkGradient(traced.program, positions, programOfScalars(variables.length, evaluate), {
    given: values,
    ties: [ties],
  });
  const substituted = values && substituteNumbers(traced.program, chain.steps, values);
  const names = variables.map((name) => nameNotation(name));
  const valueOf = substituted && valuesIn([...variables, ...chain.steps.map(({ key }) => key)], substituted);
  const formula = naming.whole(chain.output.kind === "symbol" ? definitionOf(chain) : chain.output);
  const steps = chain.steps.map((step, i) =>
    stepOf(step, gradient, naming, numbersAt(substituted, variables.length + i), valueOf),
  );
  const partials = wrt.map((name, i) => ({
    ...partialOf(name, chain, gradient, naming, substituted, positions[i]!),
    evaluate: (given: Readonly<Record<string, Operand>>): Tensor => evaluate(scalarsOf(variables, given))[i]!,
  }));
  const derivation: Derivation = {
    name: naming.result,
    call: {
      text: `${naming.result.text}(${names.map(({ text }) => text).join(", ")})`,
      latex: `${naming.result.latex}(${names.map(({ latex }) => latex).join(", ")})`,
    },
    formula,
    variables,
    wrt,
    steps,
    partials,
    higher: higherOf(traced, wrt, order, evaluate, naming, values, ties),
    rules: rulesOf(chain, wrt),
    notes: notesOn([
      formula,
      ...steps.map(({ definition }) => definition),
      ...partials.map(({ result }) => result),
    ]),
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

/** Formulas in names of variables and steps as numbers. */
const valuesIn = (keys: readonly string[], { values }: Substituted): ((node: Node) => number) => {
  const known = new Map(keys.map((key, i) => [key, literal(values[i]!, "float64")]));
  return (node) => evaluateNode(node, (name) => known.get(name)!, "float64").item();
};

const lastStep = ({ steps, output }: Chain): Step | undefined =>
  output.kind === "symbol" ? steps.find(({ key }) => key === output.name) : undefined;

const definitionOf = (chain: Chain): Node => lastStep(chain)?.definition ?? chain.output;
