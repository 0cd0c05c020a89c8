/** What stays in memory from one run to the next, and what must not show of it. */
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../../src/compiler/compile.ts";
import { grad, jit, makeProgram, tensor, type Tensor } from "../../../src/index.ts";
import type { Program } from "../../../src/program/program.ts";
import { interpreter } from "../../../src/program/trace.ts";
import { compileForWasm } from "../../../src/targets/wasm/executor.ts";
import { unsharedSpace } from "../../../src/targets/wasm/memory.ts";
import { Region } from "../../../src/targets/wasm/regions.ts";
import type { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import { numbers } from "../../compiler/programs.ts";

/** Gradient descent with momentum on a least-squares problem. */
const step = (w: Tensor, m: Tensor, x: Tensor): [Tensor, Tensor] => {
  const moment = m.mul(0.5).add(grad((v: Tensor) => x.mul(v).sub(1).square().mean())(w));
  return [w.sub(moment), moment];
};

const concrete = (...tensors: readonly Tensor[]): ConcreteTensor[] =>
  tensors.map((value) => value.concrete("test"));

const start = [numbers([50], 1), numbers([50], 2), numbers([50], 3)] as const;
const program = makeProgram(step)(...start) as Program;
const expectSame = (actual: readonly ConcreteTensor[], expected: readonly ConcreteTensor[]): void => {
  actual.forEach(({ values }, i) => {
    values.forEach((value, k) => {
      // Both compute in float32; the interpreter rounds from double precision.
      expect(Math.abs(value - expected[i]!.values[k]!)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(value)));
    });
  });
};

describe("the memory plan of a step that is repeated", () => {
  it("puts what is updated where it was, and leaves the other inputs alone", () => {
    const { inputs, results } = compileProgram(program);
    const updated = results.map((result) => (result.kind === "memory" ? result.address : undefined));
    expect(updated).toEqual([inputs[0], inputs[1]]);
    expect(updated).not.toContain(inputs[2]);
  });
});

describe("repeated runs", () => {
  it("take over what they left", () => {
    const run = compileForWasm(program);
    const x = start[2].concrete("test");
    let state = concrete(start[0], start[1]);
    for (let i = 0; i < 5; i++) {
      const expected = interpreter.program(program, [...state, x]);
      state = run([...state, x]);
      expectSame(state, expected);
    }
  });

  it("leave earlier results as they were", () => {
    const run = compileForWasm(program);
    const x = start[2].concrete("test");
    const first = run(concrete(...start));
    const copies = first.map(({ values }) => values.slice());
    const second = run([...first, x]);
    run([...second, x]);
    expect(first.map(({ values }) => values)).toEqual(copies);
    // Started again from an earlier state they go the same way.
    expect(run([...first, x]).map(({ values }) => values)).toEqual(second.map(({ values }) => values));
  });

  it("take any tensor anywhere: the same one twice, results in exchanged places, equal values in other tensors", () => {
    const run = compileForWasm(program);
    const [w, m, x] = concrete(...start) as [ConcreteTensor, ConcreteTensor, ConcreteTensor];
    const [w2, m2] = run([w, m, x]) as [ConcreteTensor, ConcreteTensor];
    for (const inputs of [
      [w, w, w],
      [m2, w2, x],
      [w2, m2, w2],
      [w2, m2, x],
      concrete(tensor(w2.values), tensor(m2.values), tensor(x.values)),
      [x, x, m2],
    ])
      expectSame(run(inputs), interpreter.program(program, inputs));
  });

  it("of several programs by turns do not disturb each other", () => {
    const double = jit((a: Tensor, b: Tensor) => a.mul(2).add(b));
    const triple = jit((a: Tensor, b: Tensor) => a.mul(3).sub(b));
    const [a, b] = [numbers([100], 5), numbers([100], 6)];
    for (let i = 0; i < 3; i++) {
      expect(double(a, b).data).toEqual(double(a, b).data);
      expectSame(concrete(double(a, b)), concrete(tensor(a.data.map((v, k) => 2 * v + b.data[k]!))));
      expectSame(concrete(triple(a, b)), concrete(tensor(a.data.map((v, k) => 3 * v - b.data[k]!))));
    }
  });
});

describe("regions", () => {
  it("keep what lies in them until memory runs short, the latest used longest", () => {
    const [a, b, c] = [200, 130, 200].map(
      (megabytes) => new Region(unsharedSpace(), megabytes * 2 ** 20),
    ) as [Region, Region, Region];
    expect(a.claim()).toBe(false);
    expect(b.claim()).toBe(false);
    expect(a.claim()).toBe(true);
    expect(c.claim()).toBe(false);
    expect(a.claim()).toBe(true);
    expect(b.claim()).toBe(false);
  });

  it("that gave way are found again by their programs, elsewhere and empty", () => {
    const sines = makeProgram((x: Tensor) => x.mul(1e6).sin())(start[0]) as Program;
    const [run, runSines] = [compileForWasm(program), compileForWasm(sines)];
    const inputs = concrete(...start);
    const [expected, expectedSines] = [run(inputs), runSines(inputs.slice(0, 1))];
    const others = [2 ** 28, 2 ** 28, 2 ** 27].map((bytes) => new Region(unsharedSpace(), bytes));
    for (const region of others) region.claim();
    const values = (tensors: readonly ConcreteTensor[]): unknown => tensors.map((result) => result.values);
    expect(values(run(inputs))).toEqual(values(expected));
    // A table of constants must be in the new place as well.
    expect(values(runSines(inputs.slice(0, 1)))).toEqual(values(expectedSines));
  });
});
