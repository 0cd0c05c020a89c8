import { defineConfig } from "tsdown";
import { compileEagerly } from "./scripts/eager.ts";
import { collectLicenses } from "./scripts/licenses.ts";
import { withoutSamples } from "./scripts/without-samples.ts";

export default defineConfig({
  // Together, so that what two doors share is one chunk: there is one engine, whichever doors a program opens.
  entry: {
    index: "src/index.ts",
    optim: "src/optim.ts",
    learn: "src/learn.ts",
    explain: "src/explain.ts",
    formula: "src/formula.ts",
    linalg: "src/linalg.ts",
    native: "src/native.ts",
  },
  tsconfig: "src/tsconfig.json",
  platform: "neutral",
  // mathjs, a development dependency, becomes part of formula.js: as it is made, its hundreds of modules load for a second.
  inputOptions: { resolve: { mainFields: ["module", "main"] } },
  plugins: [
    withoutSamples,
    collectLicenses("LICENSES.txt"),
    // The engine, and what gradients and optimizers are made of.
    compileEagerly((module) => /[\\/]src[\\/](program|targets|compiler|transforms|optim)[\\/]/.test(module)),
  ],
  target: "es2023",
  // Comments are read by V8 again and again, and by people in the sources, to which the maps lead.
  outputOptions: { comments: { jsdoc: false } },
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
