/** How many bytes does a page load: the whole library, and what a program that trains an MLP imports? */
import type { SizeQuestion } from "../harness/question.ts";

export const librarySize: SizeQuestion = {
  kind: "size",
  name: "library-size",
  title:
    "library for the browser, minified and gzipped (JavaScript only: TF.js loads 0.4 MB of Wasm besides)",
  modules: {
    Downhill: { peer: "downhill", source: `export * from "downhill";` },
    "jax-js": { peer: "jax-js", source: `export * from "@jax-js/jax";` },
    "TF.js core + wasm": {
      peer: "tfjs",
      source: `export * from "@tensorflow/tfjs-core"; export * from "@tensorflow/tfjs-backend-wasm";`,
    },
    "jax-js, only an MLP's imports": {
      peer: "jax-js",
      source: `
        import { init, defaultDevice, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
        export const used = [init, defaultDevice, jit, valueAndGrad];
        export const operations = [np.array, np.dot, np.square, np.sqrt, nn.relu, nn.logSoftmax];`,
    },
    "TF.js, only an MLP's imports": {
      peer: "tfjs",
      source: `
        import { add, losses, matMul, ready, relu, setBackend, tensor, train, variable } from "@tensorflow/tfjs-core";
        import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
        export const used = [add, losses.softmaxCrossEntropy, matMul, ready, relu, setBackend, tensor, train.adam];
        export const more = [variable, setWasmPaths];`,
    },
  },
  goals: { "jax-js": 1.6, "TF.js core + wasm": 5.4 },
};
