/** What formulas may call. */
import * as a from "../functions/activations.ts";
import * as e from "../functions/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface FormulaFunction {
  /** How many arguments it takes; the most may be unbounded. */
  readonly least: number;
  readonly most: number;
  apply(...args: Tensor[]): Tensor;
}

const unary = (f: (x: Tensor) => Tensor): FormulaFunction => ({ least: 1, most: 1, apply: (x) => f(x) });
const binary = (f: (x: Tensor, y: Tensor) => Tensor): FormulaFunction => ({
  least: 2,
  most: 2,
  apply: (x, y) => f(x, y),
});
/** Of two or more arguments, taken from left to right. */
const several = (f: (x: Tensor, y: Tensor) => Tensor): FormulaFunction => ({
  least: 2,
  most: Infinity,
  apply: (...args) => args.reduce((x, y) => f(x, y)),
});

const logarithm: FormulaFunction = {
  least: 1,
  most: 2,
  apply: (x, base) => (base === undefined ? e.log(x) : e.div(e.log(x), e.log(base))),
};

export const functions: Readonly<Record<string, FormulaFunction>> = {
  exp: unary(e.exp),
  ln: unary(e.log),
  log: logarithm,
  log2: unary(e.log2),
  log10: unary(e.log10),
  log1p: unary(e.log1p),
  expm1: unary(e.expm1),
  sqrt: unary(e.sqrt),
  square: unary(e.square),
  pow: binary(e.pow),
  sin: unary(e.sin),
  cos: unary(e.cos),
  tan: unary(e.tan),
  asin: unary(e.asin),
  acos: unary(e.acos),
  atan: unary(e.atan),
  arcsin: unary(e.asin),
  arccos: unary(e.acos),
  arctan: unary(e.atan),
  atan2: binary(e.atan2),
  sinh: unary(e.sinh),
  cosh: unary(e.cosh),
  tanh: unary(e.tanh),
  asinh: unary(e.asinh),
  acosh: unary(e.acosh),
  atanh: unary(e.atanh),
  sigmoid: unary(a.sigmoid),
  softplus: unary(a.softplus),
  relu: unary(a.relu),
  abs: unary(e.abs),
  sign: unary(e.sign),
  floor: unary(e.floor),
  ceil: unary(e.ceil),
  round: unary(e.round),
  erf: unary(e.erf),
  erfc: unary(e.erfc),
  max: several(e.maximum),
  min: several(e.minimum),
};

/** Names of numbers; a variable of the same name goes before. */
export const constants: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E };
