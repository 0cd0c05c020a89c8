export { binaryCrossEntropy, focal, type FocalOptions, hinge } from "./binary.ts";
export { cosineDistance, klDivergence, triplet, type TripletOptions } from "./distances.ts";
export type { LossOptions } from "./reduction.ts";
export {
  huber,
  type HuberOptions,
  logCosh,
  mae,
  mse,
  poisson,
  quantile,
  type QuantileOptions,
} from "./regression.ts";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "./softmax-cross-entropy.ts";
