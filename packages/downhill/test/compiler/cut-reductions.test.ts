import { describe, expect, it } from "vitest";
import { makeProgram, tensor, type Tensor } from "../../src/index.ts";
import { cutReduction } from "../../src/compiler/cut-reductions.ts";
import { fuse } from "../../src/compiler/fuse.ts";
import { lower } from "../../src/compiler/lower.ts";
import { isRepeat } from "../../src/compiler/schedule.ts";
import { costOf } from "../../src/compiler/cost.ts";
import type { Program } from "../../src/program/program.ts";

const kernelsOf = (f: (x: Tensor) => Tensor | Tensor[], size: number) => {
  const program = makeProgram(f)(tensor(new Float32Array(size))) as Program;
  return lower(fuse(program)).flatMap((step) => (isRepeat(step) ? [] : [step]));
};

const accesses = ({ kernel }: ReturnType<typeof kernelsOf>[number]): string[] =>
  kernel.buffers.map(({ name }, i) => `${kernel.access[i]!} ${name}`);

describe("long reductions to single values", () => {
  it("are cut into blocks, which threads can divide, and what is made of them", () => {
    const kernels = kernelsOf((x) => x.square().sum().sqrt(), 50_000);
    expect(kernels.map(({ isDivisible = false }) => isDivisible)).toEqual([true, false]);
    const [blocks, rest] = kernels.map(({ kernel }) => kernel);
    expect(blocks!.body).toHaveLength(1);
    // 12 blocks of 4096 elements, then the 848 that are left with the 12 sums.
    expect(costOf(blocks!).bytesRead).toBe(4 * 12 * 4096);
    expect(costOf(rest!).bytesRead).toBe(4 * (12 + 848));
  });

  it("have each only the buffers that they use, the sums of blocks among them", () => {
    const [blocks, rest] = kernelsOf((x) => [x.exp(), x.exp().sum()], 4096 * 8);
    expect(accesses(blocks!)).toEqual(["write t1", "read t0", "write sum parts"]);
    expect(accesses(rest!)).toEqual(["read sum parts", "write t3"]);
    expect(blocks!.storages.at(-1)).toBe(rest!.storages[0]);
  });

  it("are left whole where there are few blocks, or where something else is between them", () => {
    expect(kernelsOf((x) => x.sum(), 10_000)).toHaveLength(1);
    expect(kernelsOf((x) => x.exp(), 100_000)).toHaveLength(1);
    const [whole] = kernelsOf((x) => x.sum(), 10_000);
    expect(cutReduction(whole!)).toEqual([whole]);
  });
});
