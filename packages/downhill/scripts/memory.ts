/**
 * Memory of 10 000 updates of a tensor of 1 MB, in several ways.
 *
 *     npx rolldown packages/downhill/scripts/memory.ts --format esm --platform node --file node_modules/.cache/memory.js
 *     node node_modules/.cache/memory.js [updates]
 */
import { measureUpdates, ways } from "../test/memory/updates.ts";

const count = Number(process.argv[2] ?? 10_000);
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;

for (const name of Object.keys(ways)) {
  const start = performance.now();
  const { before, after, peak, peakGrowth } = measureUpdates(name, count);
  console.log(
    `${name}: peak resident ${megabytes(peak)} (${megabytes(peakGrowth)} above the start), ` +
      `live ${megabytes(before.live)} → ${megabytes(after.live)}, wasm memory ${megabytes(after.wasm)}, ` +
      `${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}
