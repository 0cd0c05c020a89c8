import { defineConfig } from "tsdown";
import { compileEagerly } from "../downhill/scripts/eager.ts";
import { collectLicenses } from "../downhill/scripts/licenses.ts";

export default defineConfig({
  entry: { main: "src/main.ts" },
  tsconfig: "../../tsconfig.base.json",
  platform: "node",
  target: "node20",
  dts: false,
  sourcemap: true,
  // Without what only people read there is less to load, a twentieth of the whole start; names stay, for stack traces.
  minify: { compress: false, mangle: false },
  fixedExtension: false,
  // Development dependencies become part of the output: each module that a command need not look for on the disk makes
  // it start sooner. The JavaScript around DuckDB alone is a hundred modules, which take longer than DuckDB itself. The
  // library is among them, so that only what commands use of it is loaded.
  plugins: [
    collectLicenses("LICENSES.txt", ["../downhill/dist/LICENSES.txt"]),
    compileEagerly((module) => /[\\/]downhill[\\/]dist[\\/]/.test(module)),
  ],
});
