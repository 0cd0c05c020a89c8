/**
 * The memory in which every program of this target works. There is one for all, since engines reserve gigabytes
 * of address space for each. Calls are synchronous and copy inputs in and results out, so that programs may use the
 * same bytes one after another: every arena begins at `arenaBase`.
 */
import type { DType, TypedArray } from "../../tensor/dtype.ts";
import { viewOf } from "../../tensor/dtype.ts";

/** Bytes left free at the start of memory, so that no buffer has address 0. */
export const arenaBase = 64;

const pageBytes = 65_536;

/** What addresses of 32 bits reach. */
const limitBytes = 65_536 * pageBytes;

/** A program needs more memory than WebAssembly can address, or than the system gives. */
export class MemoryError extends Error {
  override readonly name = "MemoryError";
  readonly bytes: number;

  constructor(bytes: number, reason: string, options?: ErrorOptions) {
    const gigabytes = (bytes / 2 ** 30).toFixed(2);
    super(
      `the program's values take ${gigabytes} GiB at once: ${reason}; use smaller batches, or float32 in place of float64`,
      options,
    );
    this.bytes = bytes;
  }
}

let shared: WebAssembly.Memory | undefined;

/** The memory; made at first use. */
export const sharedMemory = (): WebAssembly.Memory =>
  (shared ??= new WebAssembly.Memory({ initial: 1, maximum: limitBytes / pageBytes }));

/**
 * Makes an arena of `bytes` bytes available. Views made before may be detached by it.
 * @throws MemoryError beyond 4 GiB, or if the system refuses.
 */
export const reserve = (bytes: number): void => {
  const needed = arenaBase + bytes;
  if (needed > limitBytes) throw new MemoryError(bytes, "more than the 4 GiB that WebAssembly addresses");
  const memory = sharedMemory();
  const missing = needed - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / pageBytes));
  } catch (cause) {
    throw new MemoryError(bytes, "the system gives no more memory", { cause });
  }
};

/** A view of `length` elements at `address` in the arena; valid until the memory grows. */
export const arenaView = (dtype: DType, address: number, length: number): TypedArray =>
  viewOf(dtype, sharedMemory().buffer, arenaBase + address, length);
