/**
 * Who works where in a memory. A program has a region of it to itself, where the values of its last run stay: what is
 * passed to it again need not be copied in again. Regions that have not been used for longest give way when memory
 * runs short; their programs find new ones when they run again. So nobody has to give a region back.
 */
import { FreeList } from "../../compiler/free-list.ts";
import { mostPages } from "./binary.ts";

const pageBytes = 65_536;

/** What addresses of 32 bits reach. */
const limitBytes = mostPages * pageBytes;

/** Up to this size all memories together grow rather than take regions away. */
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

/** Bytes of all memories; none ever becomes smaller. */
let allBytes = 0;

/** Bytes of all memories that regions are in. */
export const memoryBytes = (): number => allBytes;

/** A memory that programs share among them. */
export class Space {
  readonly memory: WebAssembly.Memory;
  readonly #free = new FreeList();
  /** The regions that are in memory, the latest used last. */
  readonly #regions = new Set<Region>();

  /** @param reserved bytes at the beginning that are nobody's */
  constructor(memory: WebAssembly.Memory, reserved: number) {
    this.memory = memory;
    this.#free.take(reserved);
    allBytes += memory.buffer.byteLength;
  }

  has(region: Region): boolean {
    return this.#regions.has(region);
  }

  /** Notes that the region is used now; false if it is not in memory. */
  touch(region: Region): boolean {
    const isThere = this.#regions.delete(region);
    if (isThere) this.#regions.add(region);
    return isThere;
  }

  /** Has the region in memory, and says where. */
  place(region: Region): number {
    const { bytes } = region;
    const own = this.memory.buffer.byteLength;
    const generous = Math.max(generousBytes - (allBytes - own), this.#free.size);
    for (const other of this.#regions) {
      if (this.#free.sizeWith(bytes) <= generous) break;
      this.#free.give(other.address, other.bytes);
      this.#regions.delete(other);
    }
    const size = this.#free.sizeWith(bytes);
    if (size > limitBytes) throw new MemoryError(bytes, "more than the 4 GiB that WebAssembly addresses");
    try {
      if (size > own) this.memory.grow(Math.ceil((size - own) / pageBytes));
    } catch (cause) {
      throw new MemoryError(bytes, "the system gives no more memory", { cause });
    }
    allBytes += this.memory.buffer.byteLength - own;
    this.#regions.add(region);
    return this.#free.take(bytes);
  }
}

/** A stretch of memory that is its owner's from one `claim` to the next, and as a rule far longer. */
export class Region {
  readonly bytes: number;
  readonly #space: Space;
  #address = 0;

  /** @param bytes a multiple of 64 */
  constructor(space: Space, bytes: number) {
    this.#space = space;
    this.bytes = bytes;
  }

  /** Where it begins, or began when it was last in memory. */
  get address(): number {
    return this.#address;
  }

  /** Whether what its owner left in it is still there. */
  get isKept(): boolean {
    return this.#space.has(this);
  }

  /**
   * Has the region in memory, where it stays until another is claimed. True if what lies in it is what its owner left
   * there; otherwise it may be elsewhere than before, and holds nothing. Views made before may be detached.
   * @throws MemoryError beyond 4 GiB, or if the system gives no more.
   */
  claim(): boolean {
    if (this.#space.touch(this)) return true;
    this.#address = this.#space.place(this);
    return false;
  }
}
