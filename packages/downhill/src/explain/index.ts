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
export { derive } from "./derive.ts";
export type { DeriveOptions } from "./question.ts";
export { type DerivationGraph, derivationGraph, type GraphEdge, type GraphNode } from "./derivation/graph.ts";
export { type LatexBlock, latexBlocks } from "./derivation/latex.ts";
export { derivationText } from "./derivation/text.ts";
export type { Rule } from "./derivation/rules.ts";
export { type Undefined, whereUndefined } from "./derivation/undefined.ts";
export * from "./descent/index.ts";
export { type Formula, holdVariables } from "./formula.ts";
export { explainPrediction, type ExplainOptions } from "./model/explain.ts";
export type {
  Change,
  ExplainedInput,
  ExplainedLayer,
  ExplainedStep,
  ExplainedUnit,
  Feature,
  LayerSizes,
  ModelCheck,
  Output,
  Penalty,
  PredictionExplanation,
  Scale,
  Treatment,
  UnitSlopes,
  WeightSlope,
} from "./model/explanation.ts";
export { type Equation, explainModel, type FormulaOptions, type ModelFormulas } from "./model/formulas.ts";
export { formulasLatex, formulasText } from "./model/text/formulas.ts";
export { predictionText, type PredictionTextOptions } from "./model/text/prediction.ts";
export type { TextOptions } from "./notation/lines.ts";
export type { Notation } from "./notation/names.ts";
export { type Plane, principalPlane, type PrincipalPlane } from "./slice/plane.ts";
export { lossSlice } from "./slice/loss-slice.ts";
export type { ArgumentCheck } from "./gradients/argument-check.ts";
export {
  checkGradients,
  type CheckGradientsOptions,
  type GradientCheck,
  GradientError,
  requireGradients,
} from "./gradients/check-gradients.ts";
