/** Derivatives of higher order: the simplified derivatives derived again. */
import type { Program } from "../../program/program.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Node } from "../algebra/node.ts";
import { symbolsIn } from "../algebra/traverse.ts";
import { type Chain, chainOf, tiesOf } from "./chain.ts";
import { checkGradient, engineGradient } from "./check.ts";
import { hasDecimals } from "./constants.ts";
import type { HigherDerivative } from "./derivation.ts";
import { evaluateNodes, scalarsOf } from "./evaluate.ts";
import { type Gradient, gradientOf, slopeKey } from "./gradient.ts";
import { type Naming, namingOf, stepLetters } from "./naming.ts";
import { evaluateAt } from "./numeric.ts";
import { programOfScalars, type ScalarProgram, traceScalars } from "./trace-scalars.ts";

interface Lower {
  readonly by: readonly string[];
  readonly evaluate: (inputs: readonly Tensor[]) => Tensor;
  /** The same derivative by the engine. */
  readonly engine: Program;
}

/** Derivatives of the simplified derivatives, by variables not before the last one: each mixed derivative once. */
export const higherOf = (
  { program, variables }: ScalarProgram,
  wrt: readonly string[],
  order: number,
  gradient: (inputs: readonly Tensor[]) => readonly Tensor[],
  first: Naming,
  values: readonly number[] | undefined,
  ties: Program,
): HigherDerivative[] => {
  if (order < 2) return [];
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
      const derivedProgram = programOfScalars(variables.length, derived);
      const positions = later.map(positionOf);
      const ownTies = programOfScalars(variables.length, (inputs) =>
        evaluateNodes(tiesOf(chain), traced, chain, slopes, inputs),
      );
      const check = checkGradient(engine, positions, derivedProgram, {
        given: values,
        domain: program,
        ties: [ties, ownTies],
      });
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
