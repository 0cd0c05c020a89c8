/**
 * float32: every function of one argument on the wasm target, with and without vectors and fused multiply-add, against its
 * float64 value by the reference, whose error (double.test.ts) is below 2^−26 units in the last place of a float32.
 *
 * The arguments are a dense subset of all float32 numbers; with DOWNHILL_ACCURACY=full also every float32 number between
 * those powers of two where the function does not merely repeat itself or follow its tail. See docs/accuracy.md.
 */
import { describe, expect, test } from "vitest";
import { singles } from "./arguments.ts";
import { bounds } from "./bounds.ts";
import { functions } from "./functions.ts";
import { inBlocks, isFull, worstSingle } from "./measure.ts";
import { ways } from "../../targets/ways.ts";
import { record } from "./record.ts";
import { makeSweep, sweepLength } from "./sweep.ts";

/** A prime, so that the patterns of each exponent come with significands of all kinds. */
const step = isFull ? 1031 : 16411;

describe.each(functions)("$name", ({ name, apply, borders, scalar, sweep }) => {
  // And what the reference is off by.
  const bound = bounds[name]!.single + 2 ** -26;

  test("on a subset of all numbers", () => {
    const xs = singles(step, borders);
    const wide = inBlocks(apply, 1, (length) => new Float64Array(length), undefined);
    const expected = wide(Float64Array.from(xs));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 1, (length) => new Float32Array(length), options);
      const { error, index } = worstSingle(run(xs), expected);
      record(name, "float32", way, error, xs[index]!);
      expect(error, `${way} at ${xs[index]!}`).toBeLessThanOrEqual(bound);
    }
  });

  if (isFull && scalar !== undefined)
    test("on all numbers of the binades that matter", { timeout: 3_600_000 }, () => {
      const [low, high] = sweep.map((exponent) => (exponent + 127) * 2 ** 23);
      for (const [way, options] of ways) {
        // Vectors give what single values do: the subset shows it.
        if (options === undefined || options.simd === false) continue;
        const run = makeSweep(scalar, scalar, options);
        let worst = { error: 0, pattern: 0 };
        for (const sign of [0, 2 ** 31])
          for (let pattern = low!; pattern < high!; pattern += sweepLength) {
            const error = run((pattern + sign) | 0);
            if (error > worst.error) worst = { error, pattern: pattern + sign };
          }
        const near = new Float32Array(Int32Array.of(worst.pattern).buffer)[0]!;
        record(name, "float32", way, worst.error, near);
        expect(worst.error, `${way} near ${near}`).toBeLessThanOrEqual(bound);
      }
    });
});
