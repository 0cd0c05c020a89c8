/**
 * The shorter way of exp for arguments that are at most 0. Over all float32 numbers of that kind it errs by 1.21 units in the
 * last place, by 0.95 with fused multiply-add; see docs/accuracy.md.
 */
import { tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { expOfNonPositivePrimitive } from "../../../src/primitives/calculus.ts";
import { bindOne } from "../../../src/program/trace.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { compiledEveryWay, ways } from "../../targets/ways.ts";
import { doubles, singles } from "./arguments.ts";
import { bounds } from "./bounds.ts";
import { float64 } from "./exact/errors.ts";
import { exp as exactExp } from "./exact/functions.ts";
import { exact } from "./exact/number.ts";
import { inBlocks, worstOf, worstSingle } from "./measure.ts";

const apply = (x: Tensor): Tensor => bindOne(expOfNonPositivePrimitive, [x]);

const borders = [
  ...Array.from({ length: 300 }, (_, k) => (k * Math.LN2) / 2),
  ...[-87.3365, -103.279, -103.972, -104, -708.396, -744.44, -745.1332, -746],
];

describe("exp of what is at most 0", () => {
  test("float32", () => {
    const xs = singles(16411, borders).filter((x) => !(x > 0));
    const expected = Float64Array.from(xs, (x) => Math.exp(x));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 1, (length) => new Float32Array(length), options);
      const { error, index } = worstSingle(run(xs), expected);
      expect(error, `${way} at ${xs[index]!}`).toBeLessThanOrEqual(way === "fused" ? 0.95 : 1.21);
    }
  });

  test("float64", () => {
    const xs = doubles("expOfNonPositive", 3000, [-Number.MAX_VALUE, -Number.MIN_VALUE], [-746, 0], borders);
    const expected = Array.from(xs, (x) => exactExp(exact(x)));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 1, (length) => new Float64Array(length), options);
      const { error, index } = worstOf(run(xs), expected, float64);
      expect(error, `${way} at ${xs[index]!}`).toBeLessThanOrEqual(bounds["exp"]!.double);
    }
  });

  test("zeros, −Infinity and NaN of any bits", () => {
    const bits = [0x7fc00000, 0x7fc00001, 0x7fffffff, 0xffc00000, 0xffc001ff, 0x80000000, 0, 0xff800000];
    const x = tensor(new Float32Array(Uint32Array.from(bits).buffer));
    for (const [way, run] of compiledEveryWay(apply, x))
      expect(run(x)[0]!.toArray(), way).toEqual([NaN, NaN, NaN, NaN, NaN, 1, 1, 0]);
  });
});
