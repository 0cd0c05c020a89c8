/** Where each storage lives: addresses in one arena, reused as soon as nobody needs what was there. */
import { bytesPerElement } from "../tensor/dtype.ts";
import { FreeList } from "./free-list.ts";
import { isRepeat, type LoweredKernel, type LoweredStep } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** Addresses are multiples of this many bytes: a cache line. */
const alignment = 64;

export interface MemoryPlan {
  /** Byte offset of each storage. */
  readonly addresses: ReadonlyMap<Storage, number>;
  /** Size of the arena in bytes. */
  readonly bytes: number;
}

/** Where inputs and results are: in the arena with everything else, or each by itself at an address past its end. */
export type Borders = "arena" | "outside";

const bytesOf = (storage: Storage): number =>
  Math.max(alignment, Math.ceil((storage.size * bytesPerElement(storage.dtype)) / alignment) * alignment);

/** The steps in a row, with marks where repetitions begin and end. */
type Event =
  | { readonly kind: "kernel"; readonly kernel: LoweredKernel }
  | { readonly kind: "begin"; readonly results: readonly Storage[] }
  | { readonly kind: "end" };

const eventsOf = (steps: readonly LoweredStep[]): Event[] =>
  steps.flatMap((step): Event[] =>
    isRepeat(step)
      ? [
          { kind: "begin", results: [...step.results, ...(step.condition ? [step.condition.where] : [])] },
          ...eventsOf(step.steps),
          { kind: "end" },
        ]
      : [{ kind: "kernel", kernel: step }],
  );

/**
 * The last event at which each storage is needed. What is there before a repetition begins, and its results, are needed
 * until it ends: the next run reads them again, or goes on filling them.
 */
const lastUses = (events: readonly Event[], inputs: readonly Storage[]): Map<Storage, number> => {
  const last = new Map<Storage, number>();
  const first = new Map<Storage, number>(inputs.map((input) => [input, -1]));
  const open: { begin: number; used: Set<Storage> }[] = [];
  const use = (storage: Storage, order: number): void => {
    if (!first.has(storage)) first.set(storage, order);
    last.set(storage, order);
    for (const { used } of open) used.add(storage);
  };
  events.forEach((event, order) => {
    if (event.kind === "kernel") for (const storage of event.kernel.storages) use(storage, order);
    else if (event.kind === "begin") {
      for (const storage of event.results) use(storage, order);
      open.push({ begin: order, used: new Set(event.results) });
    } else {
      const { begin, used } = open.pop()!;
      for (const storage of used) if (first.get(storage)! <= begin) last.set(storage, order);
    }
  });
  return last;
};

/**
 * Plans by liveness: a storage lives from the kernel that writes it to the last one that reads it; inputs and results
 * to the end, so that nobody has to bring inputs again that are the same at the next run. A result takes over the
 * memory of a dying operand where the kernel allows it; that of an input only if it is the input's successor. Outside of
 * the arena nothing takes over anything.
 */
export const planMemory = (
  steps: readonly LoweredStep[],
  inputs: readonly Storage[],
  outputs: ReadonlySet<Storage>,
  successors: ReadonlyMap<Storage, Storage>,
  borders: Borders = "arena",
): MemoryPlan => {
  const events = eventsOf(steps);
  const lastUse = lastUses(events, inputs);
  /** What each event is the last to need. */
  const dying = events.map((): Storage[] => []);
  const staying = new Set([...inputs, ...outputs]);
  for (const [storage, order] of lastUse) if (!staying.has(storage)) dying[order]!.push(storage);
  const outside = borders === "outside" ? staying : new Set<Storage>();
  const addresses = new Map<Storage, number>();
  const free = new FreeList();
  const place = (storage: Storage): void => {
    addresses.set(storage, free.take(bytesOf(storage)));
  };
  for (const input of inputs) if (!outside.has(input)) place(input);
  events.forEach((event, order) => {
    const taken = new Set<Storage>();
    if (event.kind === "begin") {
      for (const storage of event.results)
        if (!addresses.has(storage) && !outside.has(storage)) place(storage);
    } else if (event.kind === "kernel") {
      const { storages, reusable } = event.kernel;
      const yieldsTo = (operand: Storage, result: Storage): boolean =>
        lastUse.get(operand) === order && (!staying.has(operand) || successors.get(operand) === result);
      for (const storage of storages) {
        if (addresses.has(storage) || outside.has(storage)) continue;
        const heir = reusable.find(
          ([result, operand]) =>
            result === storage && addresses.has(operand) && yieldsTo(operand, result) && !taken.has(operand),
        );
        if (heir === undefined) {
          place(storage);
          continue;
        }
        taken.add(heir[1]);
        addresses.set(storage, addresses.get(heir[1])!);
      }
    }
    for (const storage of dying[order]!)
      if (!taken.has(storage)) free.give(addresses.get(storage)!, bytesOf(storage));
  });
  let next = free.size;
  for (const storage of outside) {
    addresses.set(storage, next);
    next += bytesOf(storage);
  }
  return { addresses, bytes: free.size };
};
