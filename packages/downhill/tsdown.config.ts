import { defineConfig } from "tsdown";
import { collectLicenses } from "./scripts/licenses.ts";

export default defineConfig({
  // Together, so that what two doors share is one chunk: there is one engine, whichever doors a program opens.
  entry: {
    index: "src/index.ts",
    learn: "src/learn.ts",
    explain: "src/explain.ts",
    formula: "src/formula.ts",
    native: "src/native.ts",
  },
  tsconfig: "src/tsconfig.json",
  platform: "neutral",
  // mathjs, a development dependency, becomes part of formula.js: as it is made, its hundreds of modules load for a second.
  inputOptions: { resolve: { mainFields: ["module", "main"] } },
  plugins: [collectLicenses("LICENSES.txt")],
  target: "es2023",
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
