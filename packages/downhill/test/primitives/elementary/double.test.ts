/**
 * float64: every function of one argument, by the reference and on the wasm target, with and without vectors and fused
 * multiply-add, against values of 150 bits and more (exact/).
 */
import { describe, expect, test } from "vitest";
import { doubles } from "./arguments.ts";
import { bounds } from "./bounds.ts";
import { float64 } from "./exact/errors.ts";
import { exact } from "./exact/number.ts";
import { functions } from "./functions.ts";
import { inBlocks, isFull, worstOf } from "./measure.ts";
import { ways } from "../../targets/ways.ts";
import { record } from "./record.ts";

const count = isFull ? 200_000 : 3000;

describe.each(functions)("$name", ({ name, apply, exact: value, domain, interesting, borders }) => {
  test("on random numbers of all sizes, and at borders", { timeout: 600_000 }, () => {
    const xs = doubles(name, count, domain, interesting, borders);
    const expected = Array.from(xs, (x) => value(exact(x)));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 1, (length) => new Float64Array(length), options);
      const { error, index } = worstOf(run(xs), expected, float64);
      record(name, "float64", way, error, xs[index]!);
      expect(error, `${way} at ${xs[index]!}`).toBeLessThanOrEqual(bounds[name]!.double);
    }
  });
});
