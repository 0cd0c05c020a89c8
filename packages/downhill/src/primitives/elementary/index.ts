export { exp, expm1, sigmoid, softplus } from "./exponential.ts";
export { log, log1p } from "./logarithm.ts";
export { tanh } from "./hyperbolic.ts";
export { erf } from "./errorFunction.ts";
