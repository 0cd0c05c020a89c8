/** Large results that stay in memory until they are read, or are computed again. */
import { describe, expect, it } from "vitest";
import { grad, makeProgram, type Tensor } from "../../../src/index.ts";
import type { Program } from "../../../src/program/program.ts";
import { compileForWasm } from "../../../src/targets/wasm/executor.ts";
import { LateResult, mayWait, newRun, type Run } from "../../../src/targets/shared/late-results.ts";
import { unsharedSpace } from "../../../src/targets/wasm/memory.ts";
import { Region } from "../../../src/targets/wasm/regions.ts";
import { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import { numbers } from "../../compiler/programs.ts";

const size = 20_000;

/** Gradient descent with momentum on a least-squares problem, large enough that its results wait. */
const step = (w: Tensor, m: Tensor, x: Tensor): [Tensor, Tensor] => {
  const moment = m.mul(0.5).add(grad((v: Tensor) => x.mul(v).sub(1).square().sum())(w).mul(0.1));
  return [w.sub(moment), moment];
};

const concrete = (...tensors: readonly Tensor[]): ConcreteTensor[] =>
  tensors.map((value) => value.concrete("test"));

const start = concrete(numbers([size], 1), numbers([size], 2), numbers([size], 3)) as [
  ConcreteTensor,
  ConcreteTensor,
  ConcreteTensor,
];
const program = makeProgram(step)(...start) as Program;

/** The states after 0, 1, 2, … steps, each read at once. */
const readStates = (count: number): ConcreteTensor[][] => {
  const run = compileForWasm(program);
  const states: ConcreteTensor[][] = [start.slice(0, 2)];
  for (let i = 0; i < count; i++) {
    const state = run([...states.at(-1)!, start[2]]);
    state.forEach(({ values }) => values);
    states.push(state);
  }
  return states;
};

/** The same states, none of them read. */
const unreadStates = (count: number): { run: typeof run; states: ConcreteTensor[][] } => {
  const run = compileForWasm(program);
  const states: ConcreteTensor[][] = [start.slice(0, 2)];
  for (let i = 0; i < count; i++) states.push(run([...states.at(-1)!, start[2]]));
  return { run, states };
};

/** All bytes as text, which is compared quickly. */
const valuesOf = (tensors: readonly ConcreteTensor[]): string[] =>
  tensors.map(({ values }) => Buffer.from(values.buffer).toString("latin1"));

const waits = ({ late }: ConcreteTensor): boolean => late instanceof LateResult;

describe("large results", () => {
  it("wait until they are read", () => {
    const { states } = unreadStates(1);
    expect(states[1]!.map(waits)).toEqual([true, true]);
    expect(valuesOf(states[1]!)).toEqual(valuesOf(readStates(1)[1]!));
    expect(states[1]!.map(waits)).toEqual([false, false]);
  });

  it("are what they were, whenever and in whatever order they are read", () => {
    const count = 40;
    const expected = readStates(count);
    const ascending = unreadStates(count).states;
    const descending = unreadStates(count).states;
    const [oneOnly] = unreadStates(count).states[17]!;
    for (let i = 1; i <= count; i++) expect(valuesOf(ascending[i]!)).toEqual(valuesOf(expected[i]!));
    for (let i = count; i > 0; i--) expect(valuesOf(descending[i]!)).toEqual(valuesOf(expected[i]!));
    expect(valuesOf([oneOnly!])).toEqual(valuesOf([expected[17]![0]!]));
  });

  it("serve as inputs unread: in their places, in others, and long after", () => {
    const read = readStates(5);
    const fresh = compileForWasm(program);
    const [x] = start.slice(2);
    for (const [i, j] of [
      [5, 5],
      [3, 3],
      [2, 4],
      [5, 1],
    ] as const) {
      const choices = [
        (from: ConcreteTensor[][]) => [...from[i]!, x!],
        (from: ConcreteTensor[][]) => [from[i]![0]!, from[j]![1]!, x!],
        (from: ConcreteTensor[][]) => [from[i]![1]!, from[j]![0]!, x!],
      ];
      for (const argumentsOf of choices) {
        const { run, states } = unreadStates(5);
        expect(valuesOf(run(argumentsOf(states)))).toEqual(valuesOf(fresh(argumentsOf(read))));
      }
    }
  });

  it("go from one program to another and back", () => {
    const scale = makeProgram((w: Tensor, m: Tensor) => [w.mul(0.5), m.mul(w)])(start[0], start[1]);
    const walk = (read: boolean): unknown => {
      const [run, runScale] = [compileForWasm(program), compileForWasm(scale)];
      const states: ConcreteTensor[][] = [start.slice(0, 2)];
      for (let i = 0; i < 12; i++) {
        const state = i % 3 === 2 ? runScale(states.at(-1)!) : run([...states.at(-1)!, start[2]]);
        if (read) state.forEach(({ values }) => values);
        states.push(state);
      }
      return states.toReversed().map(valuesOf);
    };
    expect(walk(false)).toEqual(walk(true));
  });

  it("are copied from one program's memory to another's as long as they are there", () => {
    const double = makeProgram((w: Tensor) => [w.mul(2)])(start[0]);
    const runDouble = compileForWasm(double);
    const { run, states } = unreadStates(2);
    const expected = readStates(3);
    const [result] = runDouble([states[2]![0]!]);
    expect(states[2]!.map(waits)).toEqual([true, true]);
    expect(result!.values).toEqual(expected[2]![0]!.values.map((value) => 2 * value));
    run([...states[2]!, start[2]]);
    // Now they are not there any more.
    const [again] = runDouble([states[2]![1]!]);
    expect(again!.values).toEqual(expected[2]![1]!.values.map((value) => 2 * value));
    // What had to be computed again for that does not wait any more: it is not computed once more for the next program.
    expect(states[2]!.map(waits)).toEqual([true, false]);
  });

  it("are computed again when their memory has been taken away", () => {
    const { run, states } = unreadStates(3);
    const expected = readStates(4);
    for (const bytes of [2 ** 28, 2 ** 28, 2 ** 27]) new Region(unsharedSpace(), bytes).claim();
    expect(valuesOf(states[3]!)).toEqual(valuesOf(expected[3]!));
    expect(valuesOf(run([...states[3]!, start[2]]))).toEqual(valuesOf(expected[4]!));
  });

  it("do not wait any more once one had to be computed again", () => {
    const { run, states } = unreadStates(3);
    void states[1]![0]!.values;
    expect(run([...states[2]!, start[2]]).map(waits)).toEqual([false, false]);
  });
});

describe("what unread results keep", () => {
  const late = (run: Run): ConcreteTensor =>
    new ConcreteTensor(
      new LateResult(run, 0, {
        restore: () => {},
        copy: () => new Float32Array(size),
        look: () => undefined,
      }),
      [size],
      "float32",
    );

  it("is bounded in runs", () => {
    let run = newRun([start[0]]);
    let waiting = 1;
    while (mayWait(run, 4 * size)) {
      run = newRun([late(run)]);
      waiting++;
    }
    expect(waiting).toBe(33);
    expect(run.repeats).toBe(33);
  });

  it("is bounded in bytes, each input counted once from one run to the next", () => {
    const bytes = 4 * size;
    let run = newRun([start[0], start[2]]);
    expect(run.keptBytes).toBe(2 * bytes);
    run = newRun([late(run), start[2]]);
    expect(run.keptBytes).toBe(2 * bytes);
    run = newRun([late(run), start[1]]);
    expect(run.keptBytes).toBe(3 * bytes);
    run = newRun([late(run), start[2], numbers([size], 4).concrete("test")]);
    expect(run.keptBytes).toBe(5 * bytes);
    expect(mayWait(run, bytes)).toBe(false);
    expect(mayWait(run, 2 * bytes)).toBe(true);
  });
});
