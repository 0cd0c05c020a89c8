/** Curvature: products with the Hessian and what they tell about learning rates. */
export { type Eigenpair, type EigenpairOptions, topEigenpairs } from "./eigenpairs.ts";
export {
  conditionNumber,
  type CurvatureRange,
  curvatureRange,
  sharpness,
  sharpnessAlong,
} from "./extremes.ts";
export type { CurvatureOptions } from "./options.ts";
export type { Tensors } from "./parameters.ts";
export { stableRate, type StepRule } from "./stable-rate.ts";
export { type HessianTrace, hessianTrace, type TraceOptions } from "./trace.ts";
