/** The entry `downhill`: tensors, functions of them, transforms, layers and optimizers. */
import "./functions/methods.ts";

export { tensor, type TensorData } from "./tensor/create.ts";
export type { DType, TypedArray } from "./tensor/dtype.ts";
export { ArgumentError, DTypeError, ShapeError, TraceError } from "./tensor/errors.ts";
export type { Axes, Operand, ReductionOptions, SliceArgument } from "./tensor/tensor.ts";
export type { Shape } from "./tensor/shape.ts";
export { type NestedArray, Tensor, type TensorType } from "./tensor/tensor.ts";
export type { Tree } from "./tensor/tree.ts";

export * from "./functions/activations.ts";
export { type AttentionOptions, scaledDotProductAttention } from "./functions/attention.ts";
export { conv1d, conv2d, type ConvolutionOptions, type PerAxis } from "./functions/convolution.ts";
export * from "./functions/create.ts";
export * from "./functions/cumulative.ts";
export * from "./functions/diagonals.ts";
export * from "./functions/dynamic-slices.ts";
export { einsum } from "./functions/einsum.ts";
export * from "./functions/elementwise.ts";
export * from "./functions/normalization.ts";
export * from "./functions/picking.ts";
export * from "./functions/pooling.ts";
export * from "./functions/products.ts";
export * as random from "./functions/random.ts";
export * from "./functions/repetition.ts";
export * from "./functions/shapes.ts";
export * from "./functions/sorting.ts";
export {
  all,
  any,
  argmax,
  argmin,
  logSoftmax,
  logsumexp,
  max,
  mean,
  min,
  norm,
  prod,
  softmax,
  std,
  sum,
  variance,
} from "./functions/reductions.ts";

export { printProgram } from "./program/print.ts";
export type { Program } from "./program/program.ts";

export { checkpoint } from "./transforms/checkpoint.ts";
export { cond, switchCase } from "./transforms/cond.ts";
export { customJvp } from "./transforms/custom-jvp.ts";
export { type Cotangents, customVjp } from "./transforms/custom-vjp.ts";
export { grad, type GradOptions, valueAndGrad } from "./transforms/grad.ts";
export { gnvp, hessian, hvp, jacfwd, jacrev } from "./transforms/jacobian.ts";
export { jit, type JitOptions } from "./targets/jit.ts";
export { jvp, linearize } from "./transforms/jvp.ts";
export { makeProgram } from "./transforms/make-program.ts";
export { scan, type ScanOptions } from "./transforms/scan.ts";
export { vjp } from "./transforms/vjp.ts";
export { forLoop, whileLoop } from "./transforms/while-loop.ts";
export { vmap, type VmapOptions } from "./transforms/vmap.ts";

export * as nn from "./nn/index.ts";
export * as optim from "./optim/index.ts";

export { setTarget, setThreads, type TargetName, targetNames } from "./targets/index.ts";
