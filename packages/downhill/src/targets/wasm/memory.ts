/**
 * The memory in which every program of this target works. There is one for all, since engines reserve gigabytes
 * of address space for each. A program has a region of it to itself, where the values of its last run stay: what is
 * passed to it again need not be copied in again. Regions that have not been used for longest give way when memory
 * runs short; their programs find new ones when they run again. So nobody has to give a region back.
 */
import { FreeList } from "../../compiler/free-list.ts";
import { mostPages } from "./binary.ts";
import { canShareMemory, memoryForThreads, Team, threadBytes } from "./threads.ts";

const pageBytes = 65_536;

/** What addresses of 32 bits reach. */
const limitBytes = mostPages * pageBytes;

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

/** Threads that programs are compiled for; undefined until it matters. */
let threads: number | undefined;

let team: Team | undefined;

/** As many as the machine has, up to this. */
const mostThreads = 8;

const environmentThreads = (): number => {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return Number(process?.env?.["DOWNHILL_THREADS"] ?? NaN);
};

const machineThreads = (): number => {
  const asked = environmentThreads();
  if (asked >= 1) return Math.floor(asked);
  const { navigator, process } = globalThis as {
    navigator?: { hardwareConcurrency?: number };
    process?: { getBuiltinModule?: (name: string) => { availableParallelism?: () => number } | undefined };
  };
  const available = process?.getBuiltinModule?.("node:os")?.availableParallelism?.();
  return Math.min(mostThreads, available ?? navigator?.hardwareConcurrency ?? 1);
};

/** How many threads programs are compiled for. */
export const threadCount = (): number => (threads ??= canShareMemory() ? machineThreads() : 1);

/**
 * Changes the number of threads; to be called before anything has been compiled, since memory is shared from the start
 * or never.
 * @throws Error if it is too late.
 */
export const setThreadCount = (count: number): void => {
  if (shared !== undefined && count !== threadCount())
    throw new Error("setThreads: call it before the first compiled call; memory is in use already");
  threads = canShareMemory() ? count : 1;
};

/** The memory; made at first use. */
export const sharedMemory = (): WebAssembly.Memory => {
  if (shared === undefined) {
    const isForThreads = threadCount() > 1;
    shared = isForThreads
      ? memoryForThreads()
      : new WebAssembly.Memory({ initial: 1, maximum: limitBytes / pageBytes });
    // No buffer shall have address 0.
    free.take(isForThreads ? threadBytes : 64);
  }
  return shared;
};

/** The threads, started at the first call. */
export const sharedTeam = (): Team => (team ??= new Team(sharedMemory(), threadCount()));

let hasRun = false;

/** The threads for a run; none for the first one, which would be over before they have started. */
export const teamForRun = (): Team | undefined => {
  if (team === undefined && !hasRun) {
    hasRun = true;
    return undefined;
  }
  return sharedTeam();
};

const free = /* @__PURE__ */ new FreeList();

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

  /** Whether what its owner left in it is still there. */
  get isKept(): boolean {
    return regions.has(this);
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
