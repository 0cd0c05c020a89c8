/** What a kernel does, counted from its loops. */
import type { BufferUse, Index, Kernel, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import { operandsOf } from "../program/scalar.ts";
import { bytesPerElement } from "../tensor/dtype.ts";

export interface KernelCost {
  /** Scalar operations; a fused multiply-add counts as two. Values that a target computes ahead of a loop count fully. */
  readonly operations: number;
  /** Bytes of the distinct elements that are read, and of those that are written. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

interface Access {
  readonly elements: number;
  readonly bytes: number;
}

/** How many different elements an address reaches, each loop's extent being known. */
const elementsOf = (at: Index, extents: ReadonlyMap<LoopIndex, number>): number => {
  let elements = 1;
  if (at.dynamic !== undefined) {
    for (const extent of extents.values()) elements *= extent;
    return elements;
  }
  const moving = new Set<LoopIndex>();
  for (const { loop, stride } of at.terms) {
    if (stride === 0 || moving.has(loop)) continue;
    moving.add(loop);
    elements *= extents.get(loop) ?? 1;
  }
  return elements;
};

const operationsOf = (node: Scalar): number =>
  node.kind === "operation" ? (node.operator === "multiplyAdd" ? 2 : 1) : 0;

/** The cost of running the kernel once. */
export const costOf = (kernel: Kernel): KernelCost => {
  let operations = 0;
  const reads = new Map<BufferUse, Access>();
  const writes = new Map<BufferUse, Access>();
  const seen = new Set<Scalar>();
  const touch = (
    accesses: Map<BufferUse, Access>,
    buffer: BufferUse,
    at: Index,
    extents: ReadonlyMap<LoopIndex, number>,
  ): void => {
    // What is the kernel's own stays in the nearest cache, if it is in memory at all.
    if (buffer.own !== undefined) return;
    const elements = Math.max(accesses.get(buffer)?.elements ?? 0, elementsOf(at, extents));
    accesses.set(buffer, { elements, bytes: elements * bytesPerElement(buffer.dtype) });
  };
  const value = (node: Scalar, trips: number, extents: ReadonlyMap<LoopIndex, number>): void => {
    if (seen.has(node)) return;
    seen.add(node);
    operations += operationsOf(node) * trips;
    if (node.kind === "load") touch(reads, node.buffer, node.at, extents);
    for (const operand of operandsOf(node)) value(operand, trips, extents);
  };
  const run = (statement: Statement, trips: number, extents: ReadonlyMap<LoopIndex, number>): void => {
    switch (statement.kind) {
      case "loop": {
        const inside = new Map(extents).set(statement.index, statement.extent);
        for (const inner of statement.body) run(inner, trips * statement.extent, inside);
        return;
      }
      case "store":
        touch(writes, statement.buffer, statement.at, extents);
        value(statement.value, trips, extents);
        return;
      case "declare":
        value(statement.initial, trips, extents);
        return;
      case "assign":
        value(statement.value, trips, extents);
        return;
      case "accumulate":
        operations += trips;
        value(statement.value, trips, extents);
        return;
      case "contract": {
        const { row, rows, column, columns, inner, depth, left, right, body } = statement;
        const cell = new Map(extents).set(row, rows).set(column, columns);
        const product = new Map(cell).set(inner, depth);
        operations += 2 * trips * rows * columns * depth;
        touch(reads, left.buffer, left.at, product);
        touch(reads, right.buffer, right.at, product);
        for (const step of body) run(step, trips * rows * columns, cell);
      }
    }
  };
  for (const statement of kernel.body) run(statement, 1, new Map());
  const total = (accesses: ReadonlyMap<BufferUse, Access>): number =>
    [...accesses.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { operations, bytesRead: total(reads), bytesWritten: total(writes) };
};
