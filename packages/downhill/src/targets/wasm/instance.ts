/** Modules at run time. */
import { kernelsOf, type PlacedStep } from "../../compiler/schedule.ts";
import { type DType, type TypedArray, viewOf } from "../../tensor/dtype.ts";
import type { Imports } from "./binary.ts";
import type { WasmOptions } from "./context.ts";
import { features } from "./features.ts";
import { Region, sharedMemory } from "./memory.ts";
import { emitModule } from "./module.ts";

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
  const { simd, relaxed } = features();
  const scratch = Math.ceil(bytes / 64) * 64;
  const emitted = emitModule(steps, scratch, {
    ...options,
    simd: simd && options.simd !== false,
    relaxed: relaxed && options.simd !== false && options.relaxed !== false,
  });
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const memory = sharedMemory();
  const region = new Region(scratch + emitted.scratchBytes);
  let arena = -1;
  let exported: Readonly<Record<string, () => void>> = {};
  let run: () => void;
  const exportNamed = (name: string): (() => void) => {
    const found = exported[name];
    if (found === undefined) throw new Error(`internal: the module exports no ${name}`);
    return found;
  };
  /** An instance for the arena where it is now. */
  const settle = (): void => {
    if (arena !== region.address) {
      arena = region.address;
      const imports = { downhill: { memory, arena } } satisfies Imports;
      exported = new WebAssembly.Instance(module, imports).exports as typeof exported;
      run = exportNamed("run");
    }
    exportNamed("prepare")();
  };
  const enter = (): boolean => {
    if (region.claim()) return true;
    settle();
    return false;
  };
  enter();
  return {
    enter,
    run: () => {
      run();
    },
    get kernels() {
      return kernelsOf(steps).flatMap((_, i) => exported[`kernel${String(i)}`] ?? []);
    },
    arenaBytes: region.bytes,
    codeBytes: emitted.bytes.length,
    view: ({ dtype, address, length }) => viewOf(dtype, memory.buffer, arena + address, length),
    get buffer() {
      return memory.buffer;
    },
  };
};
