/** Modules at run time. */
import { placedKernels, type PlacedStep } from "../../compiler/schedule.ts";
import { type DType, type TypedArray, viewOf } from "../../tensor/dtype.ts";
import { threadCount } from "../shared/thread-count.ts";
import type { Imports } from "./binary.ts";
import type { WasmOptions } from "./context.ts";
import { features } from "./features.ts";
import { sharedSpace, teamForRun, unsharedSpace } from "./memory.ts";
import { emitModule } from "./module.ts";
import { Region } from "./regions.ts";
import type { Team } from "./threads.ts";

/** A place in the arena. */
export interface Slot {
  readonly dtype: DType;
  /** Byte offset in the arena. */
  readonly address: number;
  /** Elements. */
  readonly length: number;
}

export interface WasmProgram {
  /**
   * Makes the arena accessible; to be called before anything else and again whenever another program may have run.
   * False if the arena is new: nothing is left of what was in it.
   */
  readonly enter: () => boolean;
  /** Whether what was left in the arena is still there. */
  readonly isKept: boolean;
  /** Runs all steps in order. */
  readonly run: () => void;
  /** The kernels one by one, if `exportKernels` was asked for; `run` must have run once. */
  readonly kernels: readonly ((...outer: number[]) => void)[];
  /** Bytes of the arena, scratch included. */
  readonly arenaBytes: number;
  /** Bytes of the module. */
  readonly codeBytes: number;
  /** The contents of a slot. It can be used as long as `buffer` is the same. */
  readonly view: (slot: Slot) => TypedArray;
  /** What views are views of. */
  readonly buffer: ArrayBufferLike;
}

/**
 * Compiles steps whose buffers lie in the first `bytes` bytes of the arena. SIMD and its fused multiply-add
 * are used where the engine has them, unless `options` says otherwise.
 * @throws MemoryError if memory does not suffice.
 */
export const instantiate = (
  steps: readonly PlacedStep[],
  bytes: number,
  options: WasmOptions = {},
): WasmProgram => {
  const { simd, relaxed, manySums } = features();
  const end = Math.ceil(bytes / 64) * 64;
  const threads = options.threads ?? threadCount();
  const emitted = emitModule(steps, end, {
    ...options,
    threads,
    simd: simd && options.simd !== false,
    relaxed: relaxed && options.simd !== false && options.relaxed !== false,
    manySums: options.manySums ?? manySums,
  });
  const { tableBytes, scratchBytes, isParallel } = emitted;
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const space = isParallel ? sharedSpace() : unsharedSpace();
  const { memory } = space;
  const region = new Region(space, end + tableBytes + scratchBytes * (isParallel ? threads : 1));
  let arena = -1;
  let exported: Readonly<Record<string, (...args: number[]) => void>> = {};
  let run: () => void;
  let runThread: (thread: number, goal: number, maySleep: number) => void;
  /** The program's number among the threads: undefined as long as they do not know it, null if they never will. */
  let shared: number | null | undefined = isParallel ? undefined : null;
  let isSettled = false;
  const exportNamed = (name: string): ((...args: number[]) => void) => {
    const found = exported[name];
    if (found === undefined) throw new Error(`internal: the module exports no ${name}`);
    return found;
  };
  /** An instance for the arena where it is now. */
  const settle = (): void => {
    if (arena !== region.address) {
      arena = region.address;
      const imports = { downhill: { memory, arena, scratch: arena + end + tableBytes } } satisfies Imports;
      exported = new WebAssembly.Instance(module, imports).exports as typeof exported;
      run = exportNamed("run");
      if (isParallel) runThread = exportNamed("runThread");
      isSettled = false;
    }
    exportNamed("prepare")();
  };
  const enter = (): boolean => {
    if (region.claim()) return true;
    settle();
    return false;
  };
  /** Has the threads know the program on this arena. Until they are there one thread does everything. */
  const joins = (team: Team): boolean => {
    if (!team.isReady) return false;
    if (shared === undefined) shared = team.load(emitted.bytes) ?? null;
    if (shared === null) return false;
    isSettled ||= team.settle(shared, arena, arena + end + tableBytes, scratchBytes);
    return isSettled;
  };
  enter();
  return {
    enter,
    run: () => {
      const team = shared === null ? undefined : teamForRun();
      if (team !== undefined && joins(team)) team.run(shared!, runThread);
      else run();
    },
    get isKept() {
      return region.isKept;
    },
    get kernels() {
      return placedKernels(steps).flatMap((_, i) => exported[`kernel${String(i)}`] ?? []);
    },
    arenaBytes: region.bytes,
    codeBytes: emitted.bytes.length,
    view: ({ dtype, address, length }) => viewOf(dtype, memory.buffer, arena + address, length),
    get buffer() {
      return memory.buffer;
    },
  };
};
