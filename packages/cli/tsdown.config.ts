import { defineConfig } from "tsdown";
import { collectLicenses } from "../downhill/scripts/licenses.ts";

export default defineConfig({
  entry: { main: "src/main.ts" },
  tsconfig: "../../tsconfig.base.json",
  platform: "node",
  target: "node20",
  dts: false,
  sourcemap: true,
  fixedExtension: false,
  // Development dependencies become part of the output: each module that a command need not look for on the disk makes
  // it start sooner. The JavaScript around DuckDB alone is a hundred modules, which take longer than DuckDB itself.
  plugins: [collectLicenses("LICENSES.txt")],
});
