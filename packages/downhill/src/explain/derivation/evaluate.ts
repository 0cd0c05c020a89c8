/** What was derived, as functions of the variables that the engine runs, differentiates and compiles. */
import type { Program, Variable } from "../../program/program.ts";
import { interpret } from "../../program/trace.ts";
import { prune } from "../../program/prune.ts";
import { evaluateNode } from "../algebra/evaluate.ts";
import { type Node } from "../algebra/node.ts";
import { symbolsIn } from "../algebra/traverse.ts";
import { asTensor } from "../../functions/operands.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { literal, type Operand, Tensor } from "../../tensor/tensor.ts";
import type { Chain } from "./chain.ts";
import { type Gradient, slopeKey } from "./gradient.ts";

/**
 * The values of nodes at float64 scalars: names of variables are looked up, names of steps computed by the program,
 * names of slopes by their definitions.
 */
export const evaluateNodes = (
  nodes: readonly Node[],
  { program, variables }: { readonly program: Program; readonly variables: readonly string[] },
  { steps }: Chain,
  { backward }: Gradient,
  inputs: readonly Tensor[],
): Tensor[] => {
  const definitions = new Map(backward.map(({ step, definition }) => [slopeKey(step.key), definition]));
  // Only the steps that are asked for are computed.
  const wanted = new Set<string>();
  const pending = [...nodes];
  while (pending.length > 0) {
    for (const name of symbolsIn(pending.pop()!)) {
      if (wanted.has(name)) continue;
      wanted.add(name);
      const definition = definitions.get(name);
      if (definition !== undefined) pending.push(definition);
    }
  }
  const asked = steps.filter(({ key }) => wanted.has(key));
  const outputs: readonly Variable[] = asked.map(({ variable }) => variable);
  const values = new Map<string, Tensor>(variables.map((name, i) => [name, inputs[i]!]));
  interpret(prune({ ...program, outputs }), inputs).forEach((value, i) => values.set(asked[i]!.key, value));
  const valueOf = (name: string): Tensor => values.get(name)!;
  // Definitions use slopes of later steps only, and those come first.
  for (const { step, definition } of backward) {
    const key = slopeKey(step.key);
    if (wanted.has(key)) values.set(key, evaluateNode(definition, valueOf, "float64"));
  }
  return nodes.map((node) => evaluateNode(node, valueOf, "float64"));
};

/** Values by name as float64 scalars, in the order of the variables. */
export const scalarsOf = (variables: readonly string[], given: Readonly<Record<string, Operand>>): Tensor[] =>
  variables.map((name) => {
    const value = given[name];
    if (value === undefined) throw new ArgumentError("derive", `no value for ${name}`);
    return value instanceof Tensor ? asTensor(value, "float64") : literal(Number(value), "float64");
  });
