import { defineConfig } from "tsdown";
import { collectLicenses } from "./scripts/licenses.ts";

export default defineConfig({
  entry: { index: "src/index.ts", formula: "src/formula.ts" },
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
