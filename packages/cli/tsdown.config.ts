import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import { compileLazily } from "../downhill/scripts/eager.ts";
import { collectLicenses } from "../downhill/scripts/licenses.ts";

const binding = fileURLToPath(new URL("src/data/binding.cjs", import.meta.url));

/** Parts of dependencies that take time to load and are not needed. */
const loadLittle = {
  name: "load little",
  resolveId: {
    order: "pre" as const,
    filter: { id: /^@duckdb\/node-bindings$|^node:child_process$/ },
    handler(id: string, importer: string | undefined) {
      if (importer === undefined) return null;
      if (id === "@duckdb/node-bindings") return importer === binding ? null : binding;
      return /[\\/]commander[\\/]/.test(importer) ? "\0no processes" : null;
    },
  },
  load: {
    filter: { id: /^\0no processes$/ },
    // With it commander starts commands that are programs of their own: there are none.
    handler: () => "export {};",
  },
};

const shared = defineConfig({
  tsconfig: "../../tsconfig.base.json",
  format: "cjs",
  platform: "node",
  target: "node20",
  dts: false,
  sourcemap: true,
  // Without what only people read there is less to load, a twentieth of the whole start; names stay, for stack traces.
  minify: { compress: false, mangle: false },
  fixedExtension: false,
});

export default defineConfig([
  { ...shared, entry: { start: "src/start.ts" } },
  {
    ...shared,
    entry: { main: "src/main.ts" },
    outputOptions: {
      dynamicImportInCjs: false,
      // What start.ts calls; to put it around them there would be to copy them. Modules of the language's own kind are strict.
      postBanner: '(function(exports,require,module,__filename,__dirname){"use strict";',
      postFooter: "})",
    },
    // Development dependencies become part of the output: each module that a command need not look for on the disk makes
    // it start sooner. The JavaScript around DuckDB alone is a hundred modules, which take longer than DuckDB itself. The
    // library is among them, so that only what commands use of it is loaded.
    plugins: [loadLittle, collectLicenses("LICENSES.txt", ["../downhill/dist/LICENSES.txt"]), compileLazily],
  },
]);
