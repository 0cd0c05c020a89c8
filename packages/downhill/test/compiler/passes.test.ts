import { describe, expect, it } from "vitest";
import { passes, stages } from "../../src/compiler/passes.ts";
import { parseProgram } from "../../src/program/parse.ts";
import { printProgram } from "../../src/program/print.ts";
import { interpreter } from "../../src/program/trace.ts";
import { verify } from "../../src/program/verify.ts";
import { makeProgram, type Tensor } from "../../src/index.ts";
import { cases, numbers } from "./programs.ts";

describe.each(cases)("$name", ({ program, inputs }) => {
  const before = interpreter.program(program, inputs);

  it.each(passes)("keeps its values through the pass “$name”", ({ name, run }) => {
    const after = interpreter.program(verify(run(program), name), inputs);
    // A pass may reorder roundings: a few units in the last place of float32.
    after.forEach((value, i) => {
      expect(value.shape).toEqual(before[i]!.shape);
      value.values.forEach((element, k) => {
        expect(Math.abs(element - before[i]!.values[k]!)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(element)));
      });
    });
  });

  it("is well formed at every stage, and prints and parses back", () => {
    for (const stage of stages(program)) {
      const text = printProgram(stage.program);
      expect(printProgram(parseProgram(text))).toBe(text);
    }
  });
});

describe("simplification", () => {
  const simplified = (f: (x: Tensor) => Tensor): string =>
    printProgram(stages(makeProgram(f)(numbers([4]))).at(-1)!.program);

  it("removes neutral operations", () => {
    expect(simplified((x) => x.mul(1).div(1).sub(0))).toBe("program(a: float32[4]) {\n  return a\n}");
  });

  it("multiplies small powers out", () => {
    expect(simplified((x) => x.pow(3))).toBe(
      "program(a: float32[4]) {\n  b: float32[4] = square(a)\n  c: float32[4] = mul(b, a)\n  return c\n}",
    );
  });

  it("keeps −0 + 0 apart from −0", () => {
    expect(simplified((x) => x.add(0))).toContain("add(a, 0:float32)");
  });

  it("computes a repeated subexpression once", () => {
    expect(simplified((x) => x.sin().mul(x.sin())).match(/sin/g)).toHaveLength(1);
  });
});
