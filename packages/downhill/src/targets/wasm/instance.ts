/** Modules at run time. */
import { kernelsOf, type PlacedStep } from "../../compiler/schedule.ts";
import type { DType, TypedArray } from "../../tensor/dtype.ts";
import { memoryImport } from "./binary.ts";
import type { WasmOptions } from "./context.ts";
import { features } from "./features.ts";
import { arenaView, reserve, sharedMemory } from "./memory.ts";
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
  /** Runs all steps in order. What lies in the arena afterwards holds until another program runs. */
  readonly run: () => void;
  /** The kernels one by one, if `exportKernels` was asked for; `run` must have run once. */
  readonly kernels: readonly ((...outer: number[]) => void)[];
  /** Bytes of the arena, scratch included. */
  readonly arenaBytes: number;
  /** Bytes of the module. */
  readonly codeBytes: number;
  /** The contents of a slot, to be read or written at once: growing memory detaches it. */
  readonly view: (slot: Slot) => TypedArray;
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
  const arenaBytes = scratch + emitted.scratchBytes;
  reserve(arenaBytes);
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const { exports } = new WebAssembly.Instance(module, {
    [memoryImport.module]: { [memoryImport.name]: sharedMemory() },
  });
  const exported = exports as Readonly<Record<string, () => void>>;
  const { run } = exported;
  if (run === undefined) throw new Error("internal: the module exports no run");
  return {
    run,
    kernels: kernelsOf(steps).flatMap((_, i) => exported[`kernel${String(i)}`] ?? []),
    arenaBytes,
    codeBytes: emitted.bytes.length,
    view: ({ dtype, address, length }) => arenaView(dtype, address, length),
  };
};
