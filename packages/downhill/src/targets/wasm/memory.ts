/**
 * The memory in which every program of this target works. There is one for all, since engines reserve gigabytes
 * of address space for each. A program has a region of it to itself, where the values of its last run stay: what is
 * passed to it again need not be copied in again. Regions that have not been used for longest give way when memory
 * runs short; their programs find new ones when they run again. So nobody has to give a region back.
 */
import { FreeList } from "../../compiler/free-list.ts";

const pageBytes = 65_536;

/** What addresses of 32 bits reach. */
const limitBytes = 65_536 * pageBytes;

/** Up to this size memory grows rather than take regions away. */
const generousBytes = 2 ** 29;

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

const free = new FreeList();
// No buffer shall have address 0.
free.take(64);

/** The regions that are in memory, the latest used last. */
const regions = new Set<Region>();

const grow = (size: number): void => {
  const memory = sharedMemory();
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
};

/** A stretch of memory that is its owner's from one `claim` to the next, and as a rule far longer. */
export class Region {
  readonly bytes: number;
  #address: number | undefined;

  /** @param bytes a multiple of 64 */
  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Where it begins. */
  get address(): number {
    if (this.#address === undefined) throw new Error("internal: a region is used without being claimed");
    return this.#address;
  }

  /**
   * Has the region in memory, where it stays until another is claimed. True if what lies in it is what its owner left
   * there; otherwise it may be elsewhere than before, and holds nothing. Views made before may be detached.
   * @throws MemoryError beyond 4 GiB, or if the system gives no more.
   */
  claim(): boolean {
    const kept = regions.delete(this);
    if (!kept) this.#enter();
    regions.add(this);
    return kept;
  }

  #enter(): void {
    for (const region of regions) {
      if (free.sizeWith(this.bytes) <= Math.max(generousBytes, free.size)) break;
      region.#leave();
    }
    const size = free.sizeWith(this.bytes);
    if (size > limitBytes)
      throw new MemoryError(this.bytes, "more than the 4 GiB that WebAssembly addresses");
    try {
      grow(size);
    } catch (cause) {
      throw new MemoryError(this.bytes, "the system gives no more memory", { cause });
    }
    this.#address = free.take(this.bytes);
  }

  #leave(): void {
    free.give(this.address, this.bytes);
    this.#address = undefined;
    regions.delete(this);
  }
}
