import { describe, expect, it } from "vitest";
import { makeProgram, tensor, type Tensor, transpose } from "../../src/index.ts";
import { fuse } from "../../src/compiler/fuse.ts";
import { lower } from "../../src/compiler/lower.ts";
import { isRepeat } from "../../src/compiler/schedule.ts";
import type { Statement } from "../../src/program/loop.ts";
import type { Program } from "../../src/program/program.ts";
import { compiledEveryWay } from "../targets/ways.ts";

const counted = (...shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, i) => i),
    { shape },
  );

const extents = (statement: Statement): number[] =>
  statement.kind === "loop" ? [statement.extent, ...statement.body.flatMap(extents)] : [];

/** Extents of the loops of each kernel. */
const loopsOf = (f: (x: Tensor) => Tensor, x: Tensor): number[][] =>
  lower(fuse(makeProgram(f)(x) as Program)).flatMap((step) =>
    isRepeat(step) ? [] : step.kernel.body.map(extents),
  );

describe("transposed reading", () => {
  it("goes in stretches of the innermost loop, the rest in a kernel of its own", () => {
    expect(loopsOf((x) => x.T.add(1), counted(64, 50))).toEqual([[4, 50, 16]]);
    expect(loopsOf((x) => x.T.add(1), counted(70, 50))).toEqual([
      [4, 50, 16],
      [50, 6],
    ]);
  });

  it("puts the loop over stretches around the loop over neighbours", () => {
    const turned = (x: Tensor): Tensor => transpose(x, [2, 0, 1]).add(1);
    expect(loopsOf(turned, counted(3, 40, 50))).toEqual([[7, 50, 16], [50, 8]]); // prettier-ignore
    const inside = (x: Tensor): Tensor => transpose(x, [0, 2, 1]).add(1);
    expect(loopsOf(inside, counted(3, 40, 50))).toEqual([
      [3, 2, 50, 16],
      [3, 50, 8],
    ]);
  });

  it("is left as it is where rows are short, where there are few of them, and where nothing is transposed", () => {
    expect(loopsOf((x) => x.T.add(1), counted(64, 8))).toEqual([[8, 64]]);
    expect(loopsOf((x) => x.T.add(1), counted(20, 50))).toEqual([[50, 20]]);
    expect(loopsOf((x) => x.add(1), counted(64, 50))).toEqual([[3200]]);
  });

  it("gives what it gave, in every way to run", () => {
    for (const shape of [
      [64, 50],
      [70, 51],
      [33, 130],
    ] as const)
      // prettier-ignore
      for (const [way, run] of compiledEveryWay((x, y) => [x.T.add(y), x.mul(2)], counted(...shape), counted(shape[1], shape[0]))) { // prettier-ignore
        const [sums] = run(counted(...shape), counted(shape[1], shape[0]));
        const { data } = sums!;
        const wrong = data.findIndex(
          (value, at) => value !== at + (at % shape[0]) * shape[1] + Math.floor(at / shape[0]),
        );
        expect(wrong, way).toBe(-1);
      }
  });
});
