/** Kernels over the same rows become one, which goes over its table once and computes what they computed. */
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../src/compiler/compile.ts";
import { printSteps } from "../../src/compiler/print-kernel.ts";
import { placedKernels } from "../../src/compiler/schedule.ts";
import { grad, logSoftmax, makeProgram, softmax, type Tensor } from "../../src/index.ts";
import type { Program } from "../../src/program/program.ts";
import { interpreter } from "../../src/program/trace.ts";
import { compileForWasm } from "../../src/targets/wasm/executor.ts";
import { parseProgram } from "../../src/transforms/operations.ts";
import { numbers } from "./programs.ts";

const centred = (x: Tensor): Tensor => x.sub(x.mean(-1).expandDims(-1));
const layerNorm = (x: Tensor): Tensor =>
  centred(x).div(centred(x).square().mean(-1).add(1e-5).sqrt().expandDims(-1));
const crossEntropy = (x: Tensor, y: Tensor): Tensor => logSoftmax(x).mul(y).sum(-1).neg();

const kernelsOf = (f: (...args: Tensor[]) => unknown, ...args: Tensor[]) =>
  placedKernels(compileProgram(makeProgram(f)(...args)).steps);

const expectRight = (program: Program, inputs: readonly Tensor[]): void => {
  const given = inputs.map((input) => input.concrete("test"));
  const expected = interpreter.program(program, given);
  compileForWasm(program)(given).forEach(({ values }, i) => {
    values.forEach((value, k) => {
      // Sums of 100 float32 numbers, and some dozen operations on them.
      const wanted = expected[i]!.values[k]!;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(wanted)));
    });
  });
};

const x = numbers([64, 100]);

describe("kernels over the same rows", () => {
  it("of a softmax go over the table once, some rows at a time", () => {
    const { steps } = compileProgram(makeProgram((x: Tensor) => softmax(x))(x));
    const row = "max[i0]";
    const element = "[100·i0 + i1 + 1600·i0 block]";
    expect(printSteps(steps)).toBe(
      [
        "kernel max·sub·expOfNonPositive·sum·div·mul (read t0: float32, write t6: float32, own max: float32 × 16, own sum: float32 × 16, own r2: float32 × 16)",
        "  for i0 block < 4",
        "    for i0 < 16",
        "      max = -Infinity",
        "      for i1 < 100 in lanes",
        `        max max= t0${element}`,
        `      ${row} = max`,
        "    for i0 < 16",
        "      sum = 0",
        "      for i1 < 100 in lanes",
        `        t6${element} = ⟨17 operations on ${row}, t0${element}⟩`,
        `        sum += ⟨17 operations on ${row}, t0${element}⟩`,
        "      sum[i0] = sum",
        "    for i0 < 16 in lanes",
        "      r2[i0] = 1 / sum[i0]",
        "    for i0 < 16",
        "      for i1 < 100 in lanes",
        `        t6${element} = t6${element} · r2[i0]`,
      ].join("\n"),
    );
  });

  it("keep in registers what a row hands on, where rows are long, and compute again what takes no longer than a load", () => {
    const { steps } = compileProgram(makeProgram(layerNorm)(numbers([64, 2000])));
    expect(printSteps(steps)).toBe(
      [
        "kernel sum·div·sub·square·sum·div·add·sqrt·div (read t0: float32, write t9: float32)",
        "  for i0 < 64",
        "    sum = 0",
        "    for i1 < 2000 in lanes",
        "      sum += t0[2000·i0 + i1]",
        "    sum = 0",
        "    for i1 < 2000 in lanes",
        "      sum += (t0[2000·i0 + i1] − (sum / 2000)) · (t0[2000·i0 + i1] − (sum / 2000))",
        "    for i1 < 2000 in lanes",
        "      t9[2000·i0 + i1] = (t0[2000·i0 + i1] − (sum / 2000)) / sqrt(((sum / 2000) + 0.000009999999747378752))",
      ].join("\n"),
    );
  });

  it.each<[string, (...args: Tensor[]) => unknown, number]>([
    ["logarithms of a softmax", (x) => logSoftmax(x), 1],
    ["a cross entropy", crossEntropy, 1],
    [
      "its slope, behind one for what all rows have in common",
      (x, y) => grad((x: Tensor) => crossEntropy(x, y).mean())(x),
      2,
    ],
    ["the slope of a layer norm", (x) => grad((x: Tensor) => layerNorm(x).square().mul(0.5).sum())(x), 1],
    ["rows of batches", (x) => softmax(x.reshape(8, 8, 100)), 1],
    [
      "what is needed elsewhere as well",
      (x) => [softmax(x), x.max(1), x.sub(x.max(1).expandDims(1)).exp()],
      1,
    ],
    ["columns, which are no rows", (x) => softmax(x, 0), 3],
    ["sums over other rows", (x) => x.sub(x.sum(1).flip(0).expandDims(1)), 2],
    ["rows that are left over", (x) => softmax(x.slice([3], [40])), 2],
    ["few rows, which threads share in another way", (x) => softmax(x.reshape(4, 1600)), 3],
    ["sums of all, which are no rows", (x) => x.div(x.sum()), 2],
    // Where weights wait in the result's place, the result must not take the place of what they are multiplied by.
    ["a softmax times a table that nobody needs afterwards", (x, y) => softmax(x).mul(y.cumsum(0)), 2],
  ])("%s", (_, f, count) => {
    const y = numbers([64, 100]);
    const kernels = kernelsOf(f, x, y);
    expect(kernels.map(({ kernel }) => kernel.name)).toHaveLength(count);
    expectRight(makeProgram(f)(x, y), [x, y]);
  });

  it("leave an operand where it is that is needed again, where what was made of it is computed once more", () => {
    // Out of the second derivative of running products: m is computed again for q, when o must not lie in the place of l.
    const program = parseProgram(`program(
        a: float32[400, 2, 8], b: float32[400, 2, 8], c: float32[400, 2, 8], d: float32[400, 4, 8], e: float32[400, 4, 8],
        f: float32[400, 1, 8], g: float32[400, 2, 8]) {
      h: float32[400, 2, 8] = slice(d) {"starts":[0,0,0],"stops":[400,3,8],"steps":[1,2,1]}
      i: float32[400, 2, 8] = slice(d) {"starts":[0,1,0],"stops":[400,4,8],"steps":[1,2,1]}
      j: float32[400, 2, 8] = mul(c, h)
      k: float32[400, 2, 8] = mul(c, i)
      l: float32[400, 2, 8] = pad(f) {"before":[0,0,0],"after":[0,1,0],"between":[0,1,0]}
      m: float32[400, 2, 8] = add(g, l)
      n: float32[400, 2, 8] = mul(a, m)
      o: float32[400, 2, 8] = add(j, n)
      p: float32[400, 2, 8] = mul(b, m)
      q: float32[400, 2, 8] = add(k, p)
      r: float32[400, 4, 8] = pad(o) {"before":[0,1,0],"after":[0,0,0],"between":[0,1,0]}
      s: float32[400, 4, 8] = add(e, r)
      t: float32[400, 4, 8] = pad(q) {"before":[0,0,0],"after":[0,1,0],"between":[0,1,0]}
      u: float32[400, 4, 8] = add(s, t)
      return u
    }`);
    expect(placedKernels(compileProgram(program).steps)).toHaveLength(5);
    expectRight(
      program,
      program.inputs.map(({ shape }, i) => numbers(shape, i)),
    );
  });
});
