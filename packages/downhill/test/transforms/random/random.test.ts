/** Random functions under random stacks of transforms: derivatives, batches and compilation in every order. */
import { setTarget } from "downhill";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fuzzing } from "../../fuzzing.ts";
import { check, checkWide, tally } from "./check.ts";
import { smallFunction, wideFunction } from "./programs.ts";
import { randomStack } from "./stacks.ts";

vi.setConfig({ testTimeout: 3_600_000 });

beforeAll(() => setTarget("reference"));
afterAll(() => setTarget("wasm"));

test("random functions under random transforms", () => {
  fc.assert(fc.property(smallFunction, randomStack, check), fuzzing(300));
  // Kinks are rare: most differences settle.
  expect(tally.skipped).toBeLessThan(0.1 * tally.compared);
});

test("random functions of many elements on every target", () => {
  fc.assert(fc.property(wideFunction, fc.boolean(), checkWide), fuzzing(300));
});
