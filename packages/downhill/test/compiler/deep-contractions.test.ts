import { describe, expect, it } from "vitest";
import { fuse } from "../../src/compiler/fuse.ts";
import { lower } from "../../src/compiler/lower.ts";
import { compileProgram } from "../../src/compiler/compile.ts";
import { isParallel, isRepeat } from "../../src/compiler/schedule.ts";
import { makeProgram, type Tensor } from "../../src/index.ts";
import type { Program } from "../../src/program/program.ts";
import { interpreter } from "../../src/program/trace.ts";
import { compileForWasm } from "../../src/targets/wasm/executor.ts";
import { numbers } from "./programs.ts";

const products = (a: Tensor, b: Tensor): Tensor =>
  a
    .matmul(b.T)
    .mul(1 / 256)
    .tanh();

const programOf = (rows: number, columns: number, depth: number): Program =>
  makeProgram(products)(numbers([rows, depth]), numbers([columns, depth], 2));

const kernelsOf = (program: Program): { name: string; isDivisible?: boolean }[] =>
  lower(fuse(program)).flatMap((step) =>
    isRepeat(step) ? [] : [{ name: step.kernel.name, isDivisible: step.isDivisible ?? false }],
  );

describe("few sums over many factors", () => {
  it("are computed in parts, which threads can divide, and added up ahead of what follows", () => {
    expect(kernelsOf(programOf(6, 25, 16_000))).toEqual([
      { name: "dot·mul·tanh in parts", isDivisible: true },
      { name: "dot·mul·tanh of parts", isDivisible: true },
    ]);
  });

  it("are left whole where there is little to do, or where factors fall into no equal parts", () => {
    expect(kernelsOf(programOf(6, 25, 4_000))).toHaveLength(1);
    expect(kernelsOf(programOf(6, 25, 16_001))).toHaveLength(1);
  });

  it("come out the same for every number of threads, whose shares are whole parts", () => {
    const program = programOf(6, 25, 16_000);
    for (const threads of [2, 3, 4])
      expect(compileProgram(program, threads).steps.filter(isParallel)).toHaveLength(1);
    // 16 threads would be more than there are parts.
    expect(compileProgram(program, 16).steps.filter(isParallel)).toEqual([]);
  });

  it("are those of the reference", () => {
    const program = programOf(5, 7, 48_000);
    const inputs = [numbers([5, 48_000]), numbers([7, 48_000], 2)].map((x) => x.concrete("test"));
    const [expected] = interpreter.program(program, inputs);
    const [actual] = compileForWasm(program)(inputs);
    // Sums of 48 000 products of about 1/3 come to some 70; 1 500 of them are added in each lane, each rounded by
    // 70 · 2⁻²⁴ at most, and what comes out is divided by 256: 3e-5 if all of them erred the same way.
    expected!.values.forEach((value, i) => {
      expect(Math.abs(actual!.values[i]! - value)).toBeLessThan(3e-5);
    });
  });
});
