/** How many bytes does a page load that differentiates and does nothing else? */
import type { SizeQuestion } from "../harness/question.ts";

export const gradSize: SizeQuestion = {
  kind: "size",
  name: "grad-size",
  label: "grad alone, gzipped",
  title: "what a program that takes gradients imports, minified and gzipped",
  modules: {
    Downhill: { peer: "downhill", source: `export { grad } from "downhill";` },
    "jax-js": { peer: "jax-js", source: `export { grad } from "@jax-js/jax";` },
  },
  limit: 30_000,
  goals: {},
};
