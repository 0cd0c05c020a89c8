/** The entry `downhill/formula`: formulas as text. */
import "./functions/methods.ts";
import "./targets/index.ts";

export { derive, FormulaError, type FormulaOptions, parseFormula } from "./formula/index.ts";
export type { Derivation, DeriveOptions, Formula } from "./explain/index.ts";
