/** Explanations: how derivatives come about, and what descents make of them. */
export type { Check } from "./derivation/check.ts";
export type {
  BackwardSlope,
  Derivation,
  DerivedPath,
  DerivedStep,
  HigherDerivative,
  LocalDerivative,
  Numbers,
  PartialDerivative,
} from "./derivation/derivation.ts";
export { derive, type DeriveOptions } from "./derive.ts";
export { type LatexBlock, latexBlocks } from "./derivation/latex.ts";
export { derivationText, type TextOptions } from "./derivation/text.ts";
export type { Rule } from "./derivation/rules.ts";
export * from "./descent/index.ts";
export type { Formula } from "./formula.ts";
export type { Notation } from "./notation/names.ts";
export { type Plane, principalPlane, type PrincipalPlane } from "./slice/plane.ts";
export { lossSlice } from "./slice/loss-slice.ts";
