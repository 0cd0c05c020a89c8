/**
 * What the emitter needs to know about a kernel before it writes code: how often a value is used, what a value
 * depends on, and what a statement changes. A value may be computed ahead of a loop if it depends on nothing
 * that the loop changes.
 *
 * Dependencies and changes are sets of three sorts of things: a loop's index, an accumulator, and the address of
 * a buffer that the kernel writes (an address and not a buffer, for an output may lie in the place of an input).
 */
import type {
  Accumulator,
  BufferUse,
  Combine,
  Kernel,
  LoopIndex,
  Scalar,
  Statement,
} from "../../program/loop.ts";
import { operandsOf } from "../../program/scalar.ts";
import { ownBuffers, scalarsOf, visitScalars, walk } from "../../program/walk.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";

export type Cause = LoopIndex | Accumulator | number;

export interface Facts {
  /** How many values and statements use this one. */
  readonly uses: (node: Scalar) => number;
  readonly dependencies: (node: Scalar) => ReadonlySet<Cause>;
  /** Everything that running the statement changes, its own loop indices included. */
  readonly changes: (statement: Statement) => ReadonlySet<Cause>;
  /** The one way in which values are added to the accumulator; undefined if there are several, or it is assigned. */
  readonly combineOf: (accumulator: Accumulator) => Combine | undefined;
  readonly addressOf: (buffer: BufferUse) => number;
  /** Adds a buffer in scratch memory, which is the emitter's own, at an address within it. */
  readonly addScratch: (buffer: BufferUse, address: number) => void;
  readonly isScratch: (buffer: BufferUse) => boolean;
  /** Bytes that the kernel's own buffers take at the beginning of scratch memory. */
  readonly ownBytes: number;
}

const nothing: ReadonlySet<Cause> = new Set();

const union = (sets: readonly ReadonlySet<Cause>[]): ReadonlySet<Cause> => {
  const filled = sets.filter((set) => set.size > 0);
  if (filled.length <= 1) return filled[0] ?? nothing;
  const result = new Set<Cause>();
  for (const set of filled) for (const cause of set) result.add(cause);
  return result;
};

export const disjoint = (a: ReadonlySet<Cause>, b: ReadonlySet<Cause>): boolean => {
  if (a.size === 0) return true;
  for (const cause of a) if (b.has(cause)) return false;
  return true;
};

export const factsOf = (kernel: Kernel, addressOfBuffer: (buffer: BufferUse) => number): Facts => {
  const scratch = new Map<BufferUse, number>();
  let ownBytes = 0;
  for (const buffer of ownBuffers(kernel.body)) {
    scratch.set(buffer, ownBytes);
    ownBytes += Math.ceil((buffer.own! * bytesPerElement(buffer.dtype)) / 16) * 16;
  }
  const addressOf = (buffer: BufferUse): number => scratch.get(buffer) ?? addressOfBuffer(buffer);
  const uses = new Map<Scalar, number>();
  const use = (node: Scalar): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  const written = new Set<number>();
  const combines = new Map<Accumulator, Combine | undefined>();
  for (const statement of walk(kernel.body)) {
    if (statement.kind === "accumulate" || statement.kind === "assign") {
      const { accumulator } = statement;
      const combine = statement.kind === "accumulate" ? statement.combine : undefined;
      const isOnly = !combines.has(accumulator) || combines.get(accumulator) === combine;
      combines.set(accumulator, isOnly ? combine : undefined);
    }
    scalarsOf(statement).forEach(use);
    if (statement.kind === "store") written.add(addressOf(statement.buffer));
  }
  visitScalars(kernel.body, (_, operands) => {
    operands.forEach(use);
  });

  const known = new Map<Scalar, ReadonlySet<Cause>>();

  const own = (node: Scalar): ReadonlySet<Cause> => {
    switch (node.kind) {
      case "index":
        return new Set([node.loop]);
      case "accumulator":
        return new Set([node.accumulator]);
      case "load": {
        const causes = new Set<Cause>();
        for (const { loop, stride } of node.at.terms) if (stride !== 0) causes.add(loop);
        const address = addressOf(node.buffer);
        if (written.has(address)) causes.add(address);
        return causes;
      }
      default:
        return nothing;
    }
  };
  const dependencies = (node: Scalar): ReadonlySet<Cause> => {
    let causes = known.get(node);
    if (causes === undefined) {
      causes = union([own(node), ...operandsOf(node).map(dependencies)]);
      known.set(node, causes);
    }
    return causes;
  };

  const knownChanges = new Map<Statement, ReadonlySet<Cause>>();
  const changes = (statement: Statement): ReadonlySet<Cause> => {
    let causes = knownChanges.get(statement);
    if (causes === undefined) {
      const result = new Set<Cause>();
      for (const inner of walk([statement])) {
        if (inner.kind === "loop") result.add(inner.index);
        else if (inner.kind === "store") result.add(addressOf(inner.buffer));
        else if (inner.kind === "contract")
          for (const cause of [inner.row, inner.column, inner.inner, inner.sum]) result.add(cause);
        else result.add(inner.accumulator);
      }
      causes = result;
      knownChanges.set(statement, causes);
    }
    return causes;
  };

  return {
    uses: (node) => uses.get(node) ?? 1,
    combineOf: (accumulator) => combines.get(accumulator),
    dependencies,
    changes,
    addressOf,
    addScratch: (buffer, address) => {
      scratch.set(buffer, address);
    },
    isScratch: (buffer) => scratch.has(buffer),
    ownBytes,
  };
};
