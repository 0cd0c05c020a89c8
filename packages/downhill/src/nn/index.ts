/** Layers, initialisers and losses of neural networks. */
export { dense, type DenseOptions, type DenseParams } from "./dense.ts";
export { dropout } from "./dropout.ts";
export * as initializers from "./initializers.ts";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerOptions,
} from "./initializers.ts";
export { activation, type ApplyOptions, type Layer, type NoParams } from "./layer.ts";
export * from "./losses/index.ts";
export { mlp, type MlpOptions, type MlpParams } from "./mlp.ts";
export {
  type Cell,
  type CellParams,
  gruCell,
  lstmCell,
  type LstmState,
  recurrent,
  rnnCell,
} from "./recurrent.ts";
export { sequential, type SequentialParams, type SequentialPart } from "./sequential.ts";
