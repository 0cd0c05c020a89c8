/** The entry `downhill/formula`: formulas as text. */
import "./functions/methods.ts";

export { derive, FormulaError, type FormulaOptions, parseFormula } from "./formula/index.ts";
export type { Derivation, DeriveOptions, Formula } from "./explain/index.ts";
