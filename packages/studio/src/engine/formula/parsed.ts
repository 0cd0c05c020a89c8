/**
 * Formulas as functions that are parsed once. They are not compiled: a formula is small, and the first view needs no compiler.
 */
import { type Tensor, valueAndGrad } from "downhill";
import { type Formula, parseFormula } from "downhill/formula";

export type Values = Readonly<Record<string, number>>;
type Tensors = Readonly<Record<string, Tensor>>;

export interface Parsed {
  readonly formula: Formula;
  readonly evaluate: (values: Tensors) => Tensor;
  /** The value and the slope by each variable. */
  readonly slope: (values: Tensors) => readonly [value: Tensor, gradient: Tensors];
}

/** The last ones used, oldest first. */
const kept = new Map<string, Parsed>();
const mostKept = 24;

/** @throws FormulaError if the text is no formula. */
export const parsed = (text: string): Parsed => {
  const found = kept.get(text) ?? parse(text);
  kept.delete(text);
  kept.set(text, found);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return found;
};

const parse = (text: string): Parsed => {
  const formula = parseFormula(text);
  const f = (values: Tensors): Tensor => formula(values);
  return {
    formula,
    evaluate: f,
    slope: valueAndGrad(f),
  };
};
