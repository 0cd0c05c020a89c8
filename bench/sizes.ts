/**
 * What the doors of the library weigh, bundled and minified, and what is in them, by folder and by module.
 *
 *     npx rolldown bench/sizes.ts --format esm --platform node --external rolldown --file node_modules/.cache/sizes.js
 *     node node_modules/.cache/sizes.js ['import { grad } from "downhill"; globalThis.used = grad;']
 */
import { dirname, resolve } from "node:path";
import { bundle, sharesOf, sizesOf } from "./harness/bundle.ts";
import { withoutSamples } from "../packages/downhill/scripts/without-samples.ts";

const source = process.argv[2] ?? `export * from "downhill";`;
const chunks = await bundle(source, {
  conditions: ["downhill-source"],
  folder: resolve("packages/downhill/src"),
  plugins: [withoutSamples],
});
const { minified, gzip, brotli } = sizesOf(chunks);
console.log(`${source}\n${minified} bytes minified, ${gzip} gzipped, ${brotli} by brotli\n`);

const modules = sharesOf(chunks);
const folders = new Map<string, number>();
for (const [module, bytes] of modules)
  folders.set(dirname(module), (folders.get(dirname(module)) ?? 0) + bytes);
const print = (rows: Iterable<readonly [string, number]>): void => {
  for (const [name, bytes] of rows) console.log(`${String(bytes).padStart(8)}  ${name}`);
};
print([...folders].sort(([, a], [, b]) => b - a));
console.log();
print(modules);
