/** Native programs on several threads: to the bit what one thread gives. */
import { makeProgram, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { hasCompiler } from "../../../src/targets/native/cc.ts";
import { compileForNative } from "../../../src/targets/native/executor.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { threadCases } from "../wasm/threads/suite.ts";

const isTensor = (value: unknown): value is Tensor =>
  typeof value === "object" && value !== null && "dtype" in value;

describe.runIf(hasCompiler())("native", () => {
  it.each(threadCases)("gives on 2 and 3 threads what it gives on one: $name", ({ run, args }) => {
    const program = makeProgram(run as (...args: unknown[]) => unknown)(...(args as never[]));
    const inputs = flatten(args, isTensor).leaves.map((leaf) => leaf.concrete("test"));
    const expected = compileForNative(program, { threads: 1 })(inputs);
    for (const threads of [2, 3]) {
      const together = compileForNative(program, { threads });
      // Again and again: what goes wrong between threads does so now and then.
      for (let round = 0; round < 20; round++)
        together(inputs).forEach(({ values }, i) => {
          const other = expected[i]!.values;
          const wrong = values.findIndex((value, k) => !Object.is(value, other[k]));
          if (wrong >= 0)
            expect.fail(
              `${threads} threads, round ${round}, result ${i}, element ${wrong}: ${values[wrong]!} in place of ${other[wrong]!}`,
            );
        });
    }
  });
});
