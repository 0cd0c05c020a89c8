/** What the compiler shows of itself. */
import { grad, makeProgram, nn, optim, random, tensor, type Tensor, valueAndGrad } from "downhill";
import { compilationStages, parseProgram, profile } from "downhill/explain";
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../src/compiler/compile.ts";
import { costOf } from "../../src/compiler/cost.ts";
import { printSteps } from "../../src/compiler/print-kernel.ts";
import { placedKernels } from "../../src/compiler/schedule.ts";

const loss = (w: Tensor, x: Tensor, y: Tensor): Tensor => x.matmul(w).sub(y).square().mean();
const w = tensor([1, 2, 3]);
const x = tensor(Array.from({ length: 8 }, (_, i) => [i, i + 1, 1]));
const y = tensor([1, 2, 3, 4, 5, 6, 7, 8]);

describe("stages", () => {
  it("show the program after each pass, each of which parses back, and the kernels", () => {
    const stages = compilationStages(grad(loss))(w, x, y);
    expect(stages.map(({ name }) => name)).toEqual([
      "traced",
      "inline",
      "simplify",
      "share common subexpressions",
      "mark falling exponentials",
      "prune",
      "order axes",
      "hoist small computations",
      "work in blocks of rows",
      "kernels",
    ]);
    for (const { text } of stages.slice(0, -1)) expect(() => parseProgram(text)).not.toThrow();
  });

  it("write kernels as loops", () => {
    expect(printSteps(compileProgram(makeProgram(loss)(w, x, y)).steps)).toBe(
      [
        "kernel dot·sub·square (read t2: float32, write t5: float32, read t1: float32, read t0: float32)",
        "  for row < 8, column < 1",
        "    sum = Σ inner < 3: t1[3·row + inner] · t0[inner]",
        "    t5[row] = (sum − t2[row]) · (sum − t2[row])",
        "kernel sum·div (read t5: float32, write t7: float32)",
        "  sum = 0",
        "  for i0 < 8 in lanes",
        "    sum += t5[i0]",
        "  t7[0] = sum / 8",
      ].join("\n"),
    );
  });
});

describe("costs", () => {
  const costs = (f: (...args: Tensor[]) => unknown, ...args: Tensor[]): unknown[] =>
    placedKernels(compileProgram(makeProgram(f)(...args)).steps).map(({ kernel }) => costOf(kernel));

  it("count operations and the bytes of distinct elements", () => {
    const a = tensor(new Float32Array(20 * 30), { shape: [20, 30] });
    const b = tensor(new Float32Array(30), { shape: [30] });
    expect(costs((p, q) => p.add(q), a, b)).toEqual([
      { operations: 600, bytesRead: 2520, bytesWritten: 2400 },
    ]);
    expect(costs((p) => p.sum(1), a)).toEqual([{ operations: 600, bytesRead: 2400, bytesWritten: 80 }]);
    expect(costs((p) => p.matmul(p.T), a)).toEqual([
      { operations: 2 * 20 * 20 * 30, bytesRead: 2400, bytesWritten: 1600 },
    ]);
  });
});

describe("a profile", () => {
  it("covers the whole of a training step", () => {
    const network = nn.mlp([4, 16, 3]);
    const adam = optim.adam({ learningRate: 0.01 });
    const params = network.init(random.key(0));
    const input = random.normal(random.key(1), [32, 4]);
    const labels = random.normal(random.key(2), [32, 3]);
    const step = (p: typeof params, state: object): unknown => {
      const [value, slope] = valueAndGrad((q: typeof params) =>
        network.apply(q, input).sub(labels).square().mean(),
      )(p);
      const [updates, next] = adam.update(slope, state);
      return [optim.applyUpdates(p, updates), next, value];
    };
    const { kernels, microseconds, peak } = profile(step, { milliseconds: 2 })(params, adam.init(params));
    expect(kernels.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(kernels.filter(({ name }) => name.startsWith("dot")).length).toBeGreaterThanOrEqual(4);
    for (const kernel of kernels) {
      expect(kernel.microseconds).toBeGreaterThan(0);
      expect(kernel.operations).toBeGreaterThan(0);
      expect(kernel.peakShare).toBeGreaterThan(0);
    }
    expect(microseconds).toBeGreaterThan(0);
    expect(peak.operations).toBeGreaterThan(0);
  });
});
