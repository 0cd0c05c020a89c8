/** How many bytes does a page load that trains an MLP and imports nothing else? */
import type { SizeQuestion } from "../harness/question.ts";

export const programSize: SizeQuestion = {
  kind: "size",
  name: "program-size",
  label: "An MLP's imports, gzipped",
  title:
    "what a program that trains an MLP imports, minified and gzipped (TF.js loads 0.4 MB of Wasm besides)",
  modules: {
    Downhill: {
      peer: "downhill",
      source: `
        import { jit, logSoftmax, optim, tensor, valueAndGrad } from "downhill";
        export const used = [jit, logSoftmax, optim.adam, optim.applyUpdates, tensor, valueAndGrad];`,
    },
    "jax-js": {
      peer: "jax-js",
      source: `
        import { init, defaultDevice, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
        export const used = [init, defaultDevice, jit, valueAndGrad];
        export const operations = [np.array, np.dot, np.square, np.sqrt, nn.relu, nn.logSoftmax];`,
    },
    "TF.js core + wasm": {
      peer: "tfjs",
      source: `
        import { add, losses, matMul, ready, relu, setBackend, tensor, train, variable } from "@tensorflow/tfjs-core";
        import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
        import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
        export const used = [add, losses.softmaxCrossEntropy, matMul, ready, relu, setBackend, tensor, train.adam];
        export const more = [variable, setWasmPaths];`,
    },
  },
  goals: {},
};
