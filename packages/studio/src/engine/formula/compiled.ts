/** Formulas as functions that are parsed and compiled once. */
import { jit, type Tensor, valueAndGrad } from "downhill";
import { type Formula, parseFormula } from "downhill/formula";

export type Values = Readonly<Record<string, number>>;
type Tensors = Readonly<Record<string, Tensor>>;

export interface Compiled {
  readonly formula: Formula;
  readonly evaluate: (values: Tensors) => Tensor;
  /** The value and the slope by each variable. */
  readonly slope: (values: Tensors) => readonly [value: Tensor, gradient: Tensors];
}

/** The last ones used, oldest first. */
const kept = new Map<string, Compiled>();
const mostKept = 24;

/** @throws FormulaError if the text is no formula. */
export const compiled = (text: string): Compiled => {
  const found = kept.get(text) ?? compile(text);
  kept.delete(text);
  kept.set(text, found);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return found;
};

const compile = (text: string): Compiled => {
  const formula = parseFormula(text);
  const f = (values: Tensors): Tensor => formula(values);
  return {
    formula,
    evaluate: jit(f),
    slope: jit(valueAndGrad(f)),
  };
};
