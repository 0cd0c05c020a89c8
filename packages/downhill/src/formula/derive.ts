/** Derivations of formulas given as text. */
import type { Derivation } from "../explain/derivation/derivation.ts";
import { deriveFormula } from "../explain/derive-formula.ts";
import type { Formula } from "../explain/formula.ts";
import type { DeriveOptions } from "../explain/question.ts";
import { constants } from "./functions.ts";
import { parseFormula } from "./parse.ts";

/**
 * `derive` of `downhill/explain` for formulas of numbers, also as text: `derive("(y - (w*x + b))^2", { wrt: ["w", "b"] })`.
 * Names in `wrt` and `at` are variables, also e and pi.
 *
 * @throws FormulaError if the text is no formula, ArgumentError if names or values do not fit it.
 */
export const derive = (formula: string | Formula, options: DeriveOptions = {}): Derivation =>
  deriveFormula(typeof formula === "string" ? formulaOf(formula, options) : formula, options);

const formulaOf = (text: string, { variables, wrt = [], at = {} }: DeriveOptions): Formula => {
  if (variables !== undefined) return parseFormula(text, { variables });
  const found = parseFormula(text).variables;
  const shadowing = Object.keys(constants).filter((name) => wrt.includes(name) || Object.hasOwn(at, name));
  return shadowing.length === 0
    ? parseFormula(text)
    : parseFormula(text, { variables: inOrder(text, [...found, ...shadowing]) });
};

/** Names in the order of their first appearance. */
const inOrder = (text: string, names: readonly string[]): string[] => {
  const words: readonly string[] = text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  return [...names].sort((a, b) => words.indexOf(a) - words.indexOf(b));
};
