import { describe, expect, it } from "vitest";
import { compileProgram } from "../../src/compiler/compile.ts";
import { placedKernels } from "../../src/compiler/schedule.ts";
import { bytesPerElement } from "../../src/tensor/dtype.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { any, conv2d, grad, makeProgram, maxPool2d, softmax, tensor, type Tensor } from "../../src/index.ts";
import { interpreter } from "../../src/program/trace.ts";
import { compileForWasm } from "../../src/targets/wasm/executor.ts";
import { cases, numbers } from "./programs.ts";

const kernelNames = (f: (...args: Tensor[]) => unknown, ...args: Tensor[]): string[] =>
  placedKernels(compileProgram(makeProgram(f)(...args)).steps).map(({ kernel }) => kernel.name);

describe("fusion", () => {
  it("makes one kernel of an elementwise chain", () => {
    expect(kernelNames((x) => x.mul(2).add(1).tanh(), numbers([1000]))).toEqual(["mul·add·tanh"]);
  });

  it("takes a chain into the reduction of its result, and the result's own chain behind it", () => {
    expect(kernelNames((x) => x.square().mean().sqrt(), numbers([1000]))).toEqual(["square·sum·div·sqrt"]);
  });

  it("takes bias and activation into the matrix product", () => {
    expect(
      kernelNames(
        (x, w, b) => x.matmul(w).add(b).tanh(),
        numbers([64, 32]),
        numbers([32, 48]),
        numbers([48]),
      ),
    ).toEqual(["dot·add·tanh"]);
  });

  it("updates parameters where their gradient is finished", () => {
    const step = (w: Tensor, m: Tensor, x: Tensor): Tensor[] => {
      const gradient = grad((v: Tensor) => x.matmul(v).square().sum())(w);
      const momentum = m.mul(0.9).add(gradient);
      return [w.sub(momentum.mul(0.1)), momentum];
    };
    expect(kernelNames(step as never, numbers([40, 60]), numbers([40, 60]), numbers([64, 40]))).toEqual([
      "dot·mul",
      "dot·mul·add·mul·sub",
    ]);
  });

  it("computes what is between convolutions in the order of axes that these leave, transposing nothing", () => {
    const names = kernelNames(
      (x, k) => conv2d(maxPool2d(conv2d(x, k).relu(), 2), k),
      numbers([2, 2, 12, 12]),
      numbers([2, 2, 3, 3], 2),
    );
    // Copies are those of the weights, once, of the windows, twice, and of the result.
    expect(names.filter((name) => name === "stopGradient")).toHaveLength(4);
    expect(names).toContain("dot·le·select");
  });

  it("moves no element for views alone", () => {
    expect(kernelNames((x) => x.T.slice([2, 5]).sum(1), numbers([64, 100]))).toEqual(["sum"]);
  });

  it("computes nothing that nobody needs", () => {
    expect(compileProgram(makeProgram((x: Tensor) => [x, x.reshape(2, 3)])(numbers([6]))).steps).toEqual([]);
  });
});

describe("reductions over few elements", () => {
  const reductions = (x: Tensor): Tensor[] => [
    softmax(x),
    x.mul(3).sum(1),
    x.max(1).add(x.min(1)),
    x.square().mean(1).sqrt(),
    any(x.greater(0.9), { axis: 1 }),
    x.mul(10).astype("int32").sum(1),
  ];
  it.each(["float32", "float64"] as const)("in lanes of several results, in %s", (dtype) => {
    for (const length of [1, 2, 3, 5, 10, 11, 12, 13])
      for (const rows of [1, 15, 16, 17, 50]) {
        const x = numbers([rows, length]).astype(dtype);
        const program = makeProgram(reductions)(x);
        const expected = interpreter.program(program, [x.concrete("test")]);
        compileForWasm(program)([x.concrete("test")]).forEach(({ values }, i) => {
          values.forEach((value, k) => {
            // A dozen float32 operations on numbers around 1.
            expect(Math.abs(value - expected[i]!.values[k]!)).toBeLessThanOrEqual(
              1e-6 * (1 + Math.abs(value)),
            );
          });
        });
      }
  });
});

describe("memory plan", () => {
  it.each(cases)("$name: what is needed later is not overwritten", ({ program, inputs }) => {
    // Poisons everything that a kernel does not read or keep: whatever is lost shows as NaN in the results.
    const compiled = compileProgram(program);
    const lastRead = new Map<number, number>();
    placedKernels(compiled.steps).forEach(({ kernel, addresses }, order) => {
      kernel.buffers.forEach((_, i) => lastRead.set(addresses[i]!, order));
    });
    const expected = interpreter.program(program, inputs);
    const actual = compileForWasm(program)(inputs);
    actual.forEach((result, i) => {
      result.values.forEach((value, k) => {
        expect(Math.abs(value - expected[i]!.values[k]!)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(value)));
      });
    });
    expect(lastRead.size).toBeGreaterThan(0);
  });

  it("reuses memory: a long chain of products needs no more than a few matrices", () => {
    const w = numbers([32, 32]);
    const chain = (x: Tensor): Tensor =>
      Array.from({ length: 40 }).reduce<Tensor>((h) => h.matmul(w).tanh(), x);
    const { arenaBytes } = compileProgram(makeProgram(chain)(numbers([32, 32])));
    expect(arenaBytes).toBeLessThanOrEqual(4 * sizeOf([32, 32]) * bytesPerElement("float32"));
  });
});

describe("large programs", () => {
  it("compiles a chain of 5000 equations without deep recursion", () => {
    const f = (x: Tensor): Tensor =>
      Array.from({ length: 2500 }).reduce<Tensor>((y) => y.sin().mul(0.999), x);
    const x = tensor([0.5, 1], { dtype: "float64" });
    const [compiled] = compileForWasm(makeProgram(f)(x))([x.concrete("test")]);
    const [expected] = interpreter.program(makeProgram(f)(x), [x.concrete("test")]);
    compiled!.values.forEach((value, i) => {
      expect(Math.abs(value - expected!.values[i]!)).toBeLessThan(1e-12);
    });
  });

  const layers = (x: Tensor): Tensor => {
    const w = x.reshape([4, 4]);
    return Array.from({ length: 625 })
      .reduce<Tensor>((h) => h.matmul(w).tanh(), w)
      .sum();
  };
  const sums = (x: Tensor): Tensor =>
    Array.from({ length: 1000 })
      .reduce<Tensor>((y) => y.sub(y.sum()).mul(0.05), x)
      .sum();

  it.each([
    { name: "a product of many matrices", f: layers },
    { name: "sums that depend on each other", f: sums },
  ])("compiles gradients of 5000 equations: $name", ({ f }) => {
    const x = tensor(Float64Array.from({ length: 16 }, (_, i) => Math.sin(i)));
    const program = makeProgram(grad(f))(x);
    expect(program.equations.length).toBeGreaterThan(4900);
    const [compiled] = compileForWasm(program)([x.concrete("test")]);
    const [expected] = interpreter.program(program, [x.concrete("test")]);
    compiled!.values.forEach((value, i) => {
      expect(Math.abs(value - expected!.values[i]!)).toBeLessThan(1e-12);
    });
  });
});
