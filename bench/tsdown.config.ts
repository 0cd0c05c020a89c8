import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { main: "main.ts", worker: "harness/worker.ts", "growth-worker": "growth/worker.ts" },
  tsconfig: "../tsconfig.base.json",
  platform: "node",
  target: "node20",
  dts: false,
  sourcemap: true,
  fixedExtension: false,
  deps: {
    // Peers are measured as their authors built them. What is bundled of TF.js is the registration of its
    // gradients, which its build for Node leaves out and Node cannot load as a module.
    neverBundle: [
      /^downhill($|\/)/,
      /^@jax-js\//,
      /^@tensorflow\/[^/]+$/,
      "rolldown",
      "prettier",
      "playwright-core",
    ],
  },
});
