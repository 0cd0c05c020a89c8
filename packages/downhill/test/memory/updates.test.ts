/** Memory stays bounded without `dispose`. */
import { describe, expect, test, vi } from "vitest";
import { measureUpdates, ways } from "./updates.ts";

vi.setConfig({ testTimeout: 180_000 });

const megabyte = 2 ** 20;

/** The eager loop as the library promises it; the others go through more code for each update. */
const counts: Readonly<Record<string, number>> = { "eager operations": 10_000 };

describe("updates of a tensor of 1 MB", () => {
  test.each(Object.keys(ways))("%s", (name) => {
    const { before, after, peakGrowth, last } = measureUpdates(name, counts[name] ?? 300);
    expect(last.data.every(Number.isFinite)).toBe(true);
    // Kept are the last tensor and code of the caches, which are full; each update made garbage of 2 MB at least.
    expect(after.live - before.live).toBeLessThan(8 * megabyte);
    expect(after.wasm).toBe(before.wasm);
    // What the engine leaves uncollected for a while: some dozens of tensors.
    expect(peakGrowth).toBeLessThan(256 * megabyte);
  });
});
