/** Parts of divided kernels: who takes which of them, and when, changes nothing. */
import { makeProgram, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../../../src/compiler/compile.ts";
import { isParallel, isRepeat, partCount } from "../../../../src/compiler/schedule.ts";
import type { Program } from "../../../../src/program/program.ts";
import { instantiate } from "../../../../src/targets/wasm/instance.ts";
import type { TypedArray } from "../../../../src/tensor/dtype.ts";
import { sizeOf } from "../../../../src/tensor/shape.ts";
import type { ConcreteTensor, TensorType } from "../../../../src/tensor/tensor.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { threadCases } from "./suite.ts";

const isTensor = (value: unknown): value is Tensor =>
  typeof value === "object" && value !== null && "dtype" in value;

/** The numbers below `count`, in an order of which nobody sees the rule. */
const shuffled = (count: number): number[] => {
  const place = (i: number): number => (i * 12.9898 + Math.sin(i) * 43758.5453) % 1;
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => place(a) - place(b));
};

/** Which parts of a step are run one after another, and with which index `again`. */
type Taking = (parts: number) => readonly (readonly [part: number, again: number])[];

const takings: Readonly<Record<string, Taking>> = {
  "one thread, backwards": (parts) =>
    Array.from({ length: parts }, (_, i) => [parts - 1 - i, i === 0 ? 0 : 1]),
  "one thread, here and there": (parts) => shuffled(parts).map((part, i) => [part, i === 0 ? 0 : 1]),
  "a thread for each two, here and there": (parts) => shuffled(parts).map((part, i) => [part, i % 2]),
};

/** The results of a program compiled for so many threads, of which this one does everything, in a certain order. */
const resultsOf = (
  program: Program,
  inputs: readonly ConcreteTensor[],
  threads: number,
  taking: Taking,
): TypedArray[] => {
  const { steps, arenaBytes, inputs: addresses, results } = compileProgram(program, threads);
  const wasm = instantiate(steps, arenaBytes, { threads, exportKernels: true });
  const view = ({ shape, dtype }: TensorType, address: number): TypedArray =>
    wasm.view({ dtype, address, length: sizeOf(shape) });
  inputs.forEach((input, i) => {
    if (addresses[i] !== undefined) view(input, addresses[i]).set(input.values);
  });
  const kernels = [...wasm.kernels];
  for (const step of steps) {
    if (isRepeat(step)) throw new Error("not for loops");
    const kernel = kernels.shift()!;
    if (!isParallel(step)) {
      kernel();
      continue;
    }
    const rest = step.rest && kernels.shift()!;
    for (const [part, again] of taking(partCount(step)))
      if (part < step.count) kernel(part, again);
      else rest!(again);
  }
  return results.map((result) => {
    if (result.kind !== "memory") throw new Error("not for results that are not computed");
    return view(result, result.address).slice();
  });
};

const inOrder: Taking = (parts) => Array.from({ length: parts }, (_, part) => [part, 0]);

const cases = threadCases.filter(({ name }) => /product|columns|softmax|^sum|elementwise/.test(name));

describe.each(cases)("parts of $name", ({ run, args }) => {
  const program = makeProgram(run as (...args: unknown[]) => unknown)(...(args as never[]));
  const inputs = flatten(args, isTensor).leaves.map((leaf) => leaf.concrete("test"));
  const expected = resultsOf(program, inputs, 1, inOrder);
  it.each(Object.entries(takings))("taken by %s, give what the whole gives", (_, taking) => {
    for (const threads of [2, 3, 4])
      resultsOf(program, inputs, threads, taking).forEach((values, i) => {
        const wrong = values.findIndex((value, k) => !Object.is(value, expected[i]![k]));
        if (wrong >= 0)
          expect.fail(
            `${threads} threads, result ${i}, element ${wrong}: ${values[wrong]!} in place of ${expected[i]![wrong]!}`,
          );
      });
  });
});
