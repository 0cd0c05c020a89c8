export { binaryCrossEntropy, hinge } from "./binary.ts";
export type { LossOptions } from "./reduction.ts";
export { huber, type HuberOptions, mae, mse } from "./regression.ts";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "./softmax-cross-entropy.ts";
