/** Programs on the native target. */
import { compileProgram } from "../../compiler/compile.ts";
import type { Program } from "../../program/program.ts";
import type { CompiledProgram, Executor } from "../../program/trace.ts";
import { allocate, bytesPerElement, type TypedArray, viewOf } from "../../tensor/dtype.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor } from "../../tensor/tensor.ts";
import {
  type LateReader,
  LateResult,
  leastLateBytes,
  mayWait,
  newRun,
  type Run,
} from "../shared/late-results.ts";
import { threadCount } from "../shared/thread-count.ts";
import { compileShared, findCompiler } from "./cc.ts";
import { host } from "./host.ts";
import { machineFrom } from "./machine.ts";
import { emitProgram } from "./program.ts";

export interface NativeOptions {
  /** The processor to compile for, as the compiler's option `-march` has it: `x86-64-v3`; this machine's own unless given. */
  readonly processor?: string;
  /** Threads to divide large kernels among; as `setThreads` says unless said otherwise. */
  readonly threads?: number;
}

const alignment = 64;
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/**
 * Large results begin in the middle of a page. A processor holds a load back that has the last 12 bits of its address in common
 * with a store just before; large arrays begin a few bytes behind the beginning of a page, and a loop that reads one
 * of them and writes beside that to another one took a fifth longer.
 */
const page = 4096;
const shelfPlace = page / 2;

/** Memory for large results, which wait there until they are read or written over. */
interface Shelf {
  /** By the position of the result; undefined for small ones. */
  readonly arrays: readonly (TypedArray | undefined)[];
  /** The run whose results are here. */
  run: Run | undefined;
}

/**
 * Compiles a program for repeated runs, which read their inputs where they lie. Small results are written to arrays of
 * their own. Large ones wait on one of two shelves, from where the next run reads them, writing to the other one; who
 * reads them later than that has them computed again (see late-results.ts).
 */
export const compileForNative = (program: Program, options: NativeOptions = {}): CompiledProgram => {
  const threads = options.threads ?? threadCount();
  const { steps, arenaBytes, inputs: addresses, results } = compileProgram(program, threads, "outside");
  const compiler = findCompiler(options.processor);
  const resultAddresses = results.map((result) => (result.kind === "memory" ? result.address : -1));
  const used = addresses.filter((address) => address !== undefined);
  const outside = [...new Set([...used, ...resultAddresses.filter((address) => address >= 0)])];
  const emitted = emitProgram(steps, { arenaBytes, outside, threads }, machineFrom(compiler.macros));

  const lateBytes = results.map(({ kind, shape, dtype }) => {
    const bytes = kind === "memory" ? sizeOf(shape) * bytesPerElement(dtype) : 0;
    return bytes >= leastLateBytes ? bytes : 0;
  });
  const allLateBytes = lateBytes.reduce((sum, bytes) => sum + bytes, 0);
  const team = emitted.isParallel ? threads : 1;
  const workBytes = arenaBytes + emitted.scratchBytes * team;
  const shelfBytes = lateBytes.reduce((sum, bytes) => sum + align(bytes), 0);

  const { open, run: runCode, prepare } = host();
  const code = steps.length > 0 ? open(compileShared(emitted.text, compiler)) : undefined;
  const memory = new Uint8Array(workBytes + 2 * shelfBytes + alignment + (shelfBytes > 0 ? 2 * page : 0));
  const place = prepare(memory);
  /** The first byte from `from` on that lies at `wanted` of every `step` bytes. */
  const next = (from: number, wanted: number, step: number): number =>
    from + ((((wanted - from - place) % step) + step) % step);
  const start = next(0, 0, alignment);
  const work = memory.subarray(start);
  const shelf = (first: number): Shelf => {
    let at = first;
    const arrays = results.map(({ dtype, shape }, i) => {
      if (lateBytes[i] === 0) return undefined;
      const array = viewOf(dtype, memory.buffer, at, sizeOf(shape));
      at += align(lateBytes[i]!);
      return array;
    });
    return { arrays, run: undefined };
  };
  const firstShelf = next(start + workBytes, shelfPlace, page);
  const shelves = [shelf(firstShelf), shelf(next(firstShelf + shelfBytes, shelfPlace, page))] as const;
  /** Whether results may wait until they are read: not if some had to be computed again. */
  let isPatient = allLateBytes > 0;

  /** For each place outside the input and the first result that lie there, if any. */
  const inputAt = outside.map((address) => addresses.indexOf(address));
  const resultAt = outside.map((address) => resultAddresses.indexOf(address));
  const placeOf = resultAddresses.map((address) => outside.indexOf(address));

  const isOnShelf = (input: ConcreteTensor): boolean =>
    input.late instanceof LateResult && shelves.some(({ run }) => run === (input.late as LateResult).run);
  /** Reads what is neither an array nor on a shelf. That may take runs of this program, which clear shelves. */
  const fetch = (inputs: readonly ConcreteTensor[]): void => {
    for (;;) {
      const input = inputs.find(
        (input, i) => addresses[i] !== undefined && input.late !== undefined && !isOnShelf(input),
      );
      if (input === undefined) return;
      void input.values;
    }
  };
  /** Runs the program; its results are where `target` has them, or in new arrays. Inputs have been fetched. */
  const compute = (inputs: readonly ConcreteTensor[], target: Shelf | undefined): readonly TypedArray[] => {
    const arrays = outside.map((_, place): TypedArray => {
      if (inputAt[place]! >= 0) {
        const input = inputs[inputAt[place]!]!;
        const waiting = input.late;
        if (waiting instanceof LateResult)
          for (const { run, arrays } of shelves)
            if (run === waiting.run && target?.run !== run) return arrays[waiting.position]!;
        return input.values;
      }
      const position = resultAt[place]!;
      const { dtype, shape } = results[position]!;
      return target?.arrays[position] ?? allocate(dtype, sizeOf(shape));
    });
    if (target) target.run = undefined;
    runCode(code!, work, arenaBytes, emitted.scratchBytes, arrays, team);
    return arrays;
  };
  /** The shelf to write to: not the one that holds inputs. */
  const freeShelf = (inputs: readonly ConcreteTensor[]): Shelf => {
    const [first, second] = shelves;
    return inputs.some(({ late }) => late instanceof LateResult && late.run === first.run) ? second : first;
  };
  const late: LateReader = {
    restore: (run) => {
      if (shelves.some((shelf) => shelf.run === run)) return;
      isPatient = false;
      fetch(run.inputs);
      const target = freeShelf(run.inputs);
      compute(run.inputs, target);
      target.run = run;
    },
    look: (run, position) => shelves.find((shelf) => shelf.run === run)?.arrays[position],
    copy: (position, run) => shelves.find((shelf) => shelf.run === run)!.arrays[position]!.slice(),
  };
  return (inputs) => {
    const repeatable = isPatient ? newRun(inputs) : undefined;
    const run = repeatable && mayWait(repeatable, allLateBytes) ? repeatable : undefined;
    fetch(inputs);
    const target = run && freeShelf(inputs);
    const arrays = code === undefined ? [] : compute(inputs, target);
    if (target) target.run = run;
    return results.map((result, position) => {
      const { shape, dtype } = result;
      switch (result.kind) {
        case "input": {
          const input = inputs[result.position]!;
          return sameShape(input.shape, shape) ? input : new ConcreteTensor(input.values, shape, dtype);
        }
        case "splat":
          return new ConcreteTensor(allocate(dtype, sizeOf(shape)).fill(result.value), shape, dtype);
        case "memory": {
          const waits = run !== undefined && lateBytes[position]! > 0;
          // Two results may be one.
          const first = resultAt[placeOf[position]!]!;
          const values = waits ? new LateResult(run, first, late) : arrays[placeOf[position]!]!;
          return new ConcreteTensor(values, shape, dtype);
        }
      }
    });
  };
};

/** Compiled functions run natively; what is computed once, which would not repay the compiler's time, by `others`. */
export const makeNativeExecutor = (options: NativeOptions, others: Executor): Executor => ({
  ...others,
  compile: (program) => compileForNative(program, options),
});
