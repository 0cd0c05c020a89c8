/** Formulas as text. */
export { derive } from "./derive.ts";
export { FormulaError } from "./error.ts";
export { type FormulaOptions, parseFormula } from "./parse.ts";
