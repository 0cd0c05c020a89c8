/** Derivatives of derivatives, batches and loops, as JAX and PyTorch have them. */
import { jit } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { goldenTransforms } from "./golden-transforms.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

interface Case {
  readonly id: string;
  readonly inputs: Readonly<Record<string, GoldenArray>>;
  readonly outputs: Readonly<Record<string, GoldenArray>>;
}

const { cases } = readGolden<{ readonly cases: readonly Case[] }>("transforms");

test("every case of the file is here", () => {
  expect(Object.keys(goldenTransforms).sort()).toEqual(cases.map(({ id }) => id).sort());
});

describe.each(targetNames)("golden transforms on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test.each(cases)("$id", ({ id, inputs, outputs }) => {
    const compute = goldenTransforms[id]!;
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, array]) => [name, toTensor(array)]),
    );
    const results = { plain: compute(tensors), "under jit": jit(compute)(tensors) };
    for (const [how, named] of Object.entries(results)) {
      expect(Object.keys(named).sort()).toEqual(Object.keys(outputs).sort());
      for (const [name, array] of Object.entries(outputs))
        expectGolden(named[name]!, array, `${name} ${how}`);
    }
  });
});
