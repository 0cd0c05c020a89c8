/** Functions that know the names of their variables. */
import type { Operand, Tensor } from "../tensor/tensor.ts";

/**
 * A function of named variables, as `parseFormula` of `downhill/formula` makes them: `f({ w: 1, x: 2 })`. It is called,
 * differentiated and compiled like any function of a tree of tensors.
 */
export interface Formula {
  (values: Readonly<Record<string, Operand>>): Tensor;
  /** In the order in which they appear. */
  readonly variables: readonly string[];
  /** What it was parsed from. */
  readonly text: string;
}

export const isFormula = (f: unknown): f is Formula =>
  typeof f === "function" && "variables" in f && Array.isArray(f.variables);

/** The formula as a function of its other variables: the ones given stay at their values. */
export const holdVariables = (formula: Formula, values: Readonly<Record<string, Operand>>): Formula =>
  Object.assign((others: Readonly<Record<string, Operand>>) => formula({ ...values, ...others }), {
    variables: formula.variables.filter((name) => !Object.hasOwn(values, name)),
    text: formula.text,
  });
