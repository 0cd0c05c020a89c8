/** Elementary functions as scalar code for the targets, and as plain JavaScript for the reference. */
export { exp, expm1, expOfNonPositive, sigmoid, softplus } from "./exponential.ts";
export { log, log10, log1p, log2 } from "./logarithm.ts";
export { cosh, sinh, tanh } from "./hyperbolic.ts";
export { acosh, asinh, atanh } from "./inverse-hyperbolic.ts";
export { acos, asin, atan, atan2 } from "./inverse-trigonometric.ts";
export { erfinv } from "./inverse-error-function.ts";
export { erf, erfc } from "./error-function.ts";
export { cos, sin, tan } from "./trigonometric.ts";
export { pow } from "./power.ts";
export { mod } from "./remainder.ts";
