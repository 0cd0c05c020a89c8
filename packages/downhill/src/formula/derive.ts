/** Derivations of formulas given as text. */
import type { Derivation } from "../explain/derivation/derivation.ts";
import { derive as deriveFunction, type DeriveOptions } from "../explain/derive.ts";
import type { Formula } from "../explain/formula.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { constants } from "./functions.ts";
import { parseFormula } from "./parse.ts";

/**
 * `derive` of the library that also takes a formula as text: `derive("(y - (w*x + b))^2", { wrt: ["w", "b"] })`. Names in
 * `wrt` and `at` are variables, also e and pi.
 *
 * @throws FormulaError if the text is no formula, ArgumentError if names or values do not fit it.
 */
export function derive(
  formula: string | Formula | ((...args: Tensor[]) => Tensor),
  options?: DeriveOptions,
): Derivation;
export function derive(formula: (...args: never[]) => Tensor, options?: DeriveOptions): Derivation;
export function derive(
  formula: string | Formula | ((...args: never[]) => Tensor),
  options: DeriveOptions = {},
): Derivation {
  return deriveFunction(typeof formula === "string" ? formulaOf(formula, options) : formula, options);
}

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
