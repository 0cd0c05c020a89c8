/** Large results of native programs, which wait on shelves until they are read, or are computed again. */
import { grad, makeProgram, type Program, tensor, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { hasCompiler } from "../../../src/targets/native/cc.ts";
import { compileForNative } from "../../../src/targets/native/executor.ts";
import { LateResult } from "../../../src/targets/shared/late-results.ts";
import type { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import { numbers } from "../../compiler/programs.ts";

const size = 20_000;

/** Gradient descent with momentum on a least-squares problem, large enough that its results wait. */
const step = (w: Tensor, m: Tensor, x: Tensor): [Tensor, Tensor] => {
  const moment = m.mul(0.5).add(grad((v: Tensor) => x.mul(v).sub(1).square().sum())(w).mul(0.1));
  return [w.sub(moment), moment];
};

const concrete = (...tensors: readonly Tensor[]): ConcreteTensor[] =>
  tensors.map((value) => value.concrete("test"));

const start = concrete(numbers([size], 1), numbers([size], 2), numbers([size], 3));
const x = start[2]!;
const program = makeProgram(step)(start[0]!, start[1]!, x) as Program;

type State = readonly ConcreteTensor[];

/** The states after 0, 1, 2, … steps, each read at once. */
const readStates = (count: number): State[] => {
  const run = compileForNative(program);
  const states: State[] = [start.slice(0, 2)];
  for (let i = 0; i < count; i++) {
    const state = run([...states.at(-1)!, x]);
    state.forEach(({ values }) => values);
    states.push(state);
  }
  return states;
};

const unreadStates = (count: number) => {
  const run = compileForNative(program);
  const states: State[] = [start.slice(0, 2)];
  for (let i = 0; i < count; i++) states.push(run([...states.at(-1)!, x]));
  return { run, states };
};

const expectSame = (actual: State, expected: State): void => {
  actual.forEach(({ values }, i) =>
    expect(Buffer.compare(bytes(values), bytes(expected[i]!.values))).toBe(0),
  );
};

const bytes = (values: ArrayBufferView): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

describe.runIf(hasCompiler())("results that wait", () => {
  const expected = hasCompiler() ? readStates(12) : [];

  it("are not read by the steps that follow", () => {
    const { states } = unreadStates(12);
    for (const state of states.slice(1))
      for (const { late } of state) expect(late).toBeInstanceOf(LateResult);
    expectSame(states[12]!, expected[12]!);
  });

  it.each([0, 3, 11, 10, 7])("are had again after they were written over: %i", (wanted) => {
    const { states } = unreadStates(12);
    expectSame(states[wanted]!, expected[wanted]!);
    // The others are what they were.
    states.forEach((state, i) => expectSame(state, expected[i]!));
  });

  it("are had again after many steps, with what bounds the memory for it", () => {
    const all = readStates(70);
    const { states } = unreadStates(70);
    expectSame(states[1]!, all[1]!);
    expectSame(states[69]!, all[69]!);
  });

  it("may come again as inputs anywhere", () => {
    const { run, states } = unreadStates(6);
    const [w6, m6] = states[6] as [ConcreteTensor, ConcreteTensor];
    const [w5, m5] = states[5] as [ConcreteTensor, ConcreteTensor];
    const [w2] = states[2] as [ConcreteTensor, ConcreteTensor];
    for (const inputs of [
      [w6, m5, x],
      [m6, w5, w2],
      [w6, w6, w6],
      [w2, m6, m5],
      [w5, m5, x],
    ]) {
      const actual = run(inputs);
      const copies = concrete(...inputs.map(({ values }) => tensor(values.slice() as Float32Array)));
      expectSame(actual, compileForNative(program)(copies));
    }
    expectSame(states[6]!, expected[6]!);
  });

  it("that two names have are one", () => {
    const twice = makeProgram((v: Tensor) => {
      const y = v.mul(2);
      return [y, y, v];
    })(x) as Program;
    const [a, b, same] = compileForNative(twice)([x]);
    expectSame([a!], [b!]);
    expect(same).toBe(x);
    expect(a!.values[5]).toBe(2 * x.values[5]!);
  });
});
