/** How many bytes does a page load that uses the whole library? */
import type { SizeQuestion } from "../harness/question.ts";

export const librarySize: SizeQuestion = {
  kind: "size",
  name: "library-size",
  label: "The main entry, gzipped",
  title: "the whole library for a browser, minified and gzipped (TF.js loads 0.4 MB of Wasm besides)",
  modules: {
    Downhill: { peer: "downhill", source: `export * from "downhill";` },
    "jax-js": { peer: "jax-js", source: `export * from "@jax-js/jax";` },
    // Without its layers, converter and WebGL backend, which the package @tensorflow/tfjs adds.
    "TF.js core + wasm": {
      peer: "tfjs",
      source: `export * from "@tensorflow/tfjs-core"; export * from "@tensorflow/tfjs-backend-wasm";`,
    },
  },
  limit: 50_000,
  goals: {},
};
