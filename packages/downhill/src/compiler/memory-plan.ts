/** Where each storage lives: addresses in one arena, reused as soon as nobody needs what was there. */
import { bytesPerElement } from "../tensor/dtype.ts";
import type { LoweredKernel } from "./kernel-builder.ts";
import type { Storage } from "./views.ts";

/** Addresses are multiples of this many bytes: a cache line. */
const alignment = 64;

export interface MemoryPlan {
  /** Byte offset of each storage. */
  readonly addresses: ReadonlyMap<Storage, number>;
  /** Size of the arena in bytes. */
  readonly bytes: number;
}

const bytesOf = (storage: Storage): number =>
  Math.max(alignment, Math.ceil((storage.size * bytesPerElement(storage.dtype)) / alignment) * alignment);

/** Free stretches of the arena, sorted by address. */
class FreeList {
  private stretches: { start: number; end: number }[] = [];
  private top = 0;

  get size(): number {
    return this.top;
  }

  /** The smallest stretch that fits, or new space at the end. */
  take(bytes: number): number {
    let best = -1;
    this.stretches.forEach(({ start, end }, i) => {
      const size = end - start;
      const chosen = this.stretches[best];
      if (size >= bytes && (chosen === undefined || size < chosen.end - chosen.start)) best = i;
    });
    const found = this.stretches[best];
    if (found !== undefined) {
      const { start } = found;
      if (found.end - start === bytes) this.stretches.splice(best, 1);
      else found.start += bytes;
      return start;
    }
    const last = this.stretches.at(-1);
    const start = last?.end === this.top ? this.stretches.pop()!.start : this.top;
    this.top = start + bytes;
    return start;
  }

  give(start: number, bytes: number): void {
    let at = this.stretches.findIndex((stretch) => stretch.start > start);
    if (at < 0) at = this.stretches.length;
    this.stretches.splice(at, 0, { start, end: start + bytes });
    for (const i of [at, at - 1]) {
      const [here, next] = [this.stretches[i], this.stretches[i + 1]];
      if (here !== undefined && next !== undefined && here.end === next.start) {
        here.end = next.end;
        this.stretches.splice(i + 1, 1);
      }
    }
  }
}

/**
 * Plans by liveness: a storage lives from the kernel that writes it (inputs: from the start) to the last kernel
 * that reads it (results: to the end). A result takes over the memory of a dying operand where the kernel allows it.
 */
export const planMemory = (
  kernels: readonly LoweredKernel[],
  inputs: readonly Storage[],
  outputs: ReadonlySet<Storage>,
): MemoryPlan => {
  const lastUse = new Map<Storage, number>();
  kernels.forEach(({ storages }, order) => {
    for (const storage of storages) lastUse.set(storage, order);
  });
  const addresses = new Map<Storage, number>();
  const free = new FreeList();
  const place = (storage: Storage): void => {
    addresses.set(storage, free.take(bytesOf(storage)));
  };
  for (const input of inputs) place(input);
  kernels.forEach(({ storages, reusable }, order) => {
    const taken = new Set<Storage>();
    const dies = (storage: Storage): boolean => lastUse.get(storage) === order && !outputs.has(storage);
    for (const storage of storages) {
      if (addresses.has(storage)) continue;
      const heir = reusable.find(
        ([result, operand]) =>
          result === storage && addresses.has(operand) && dies(operand) && !taken.has(operand),
      );
      if (heir === undefined) {
        place(storage);
        continue;
      }
      taken.add(heir[1]);
      addresses.set(storage, addresses.get(heir[1])!);
    }
    for (const storage of storages)
      if (dies(storage) && !taken.has(storage)) free.give(addresses.get(storage)!, bytesOf(storage));
  });
  return { addresses, bytes: free.size };
};
