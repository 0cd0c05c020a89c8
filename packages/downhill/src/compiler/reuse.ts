/** Which results of a kernel may be written over its operands. */
import type { Scalar, Statement } from "../program/loop.ts";
import type { Atom } from "../program/program.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import type { KernelBuilder } from "./kernel-builder.ts";
import { isWhole, type Storage } from "./views.ts";

/** Positions of the buffers that a scalar loads from. */
const loadedBuffers = (root: Scalar, seen: Set<Scalar>, found: Set<number>): void => {
  const pending = [root];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "load") {
      found.add(node.buffer.position);
      if (node.at.dynamic) pending.push(node.at.dynamic);
    } else if (node.kind === "operation") pending.push(...node.args);
    else if (node.kind === "table") pending.push(node.index);
    else if (node.kind === "rare") pending.push(node.condition, node.common, ...node.args);
  }
};

/**
 * A result may take the memory of an operand if both are read and written whole, at the same place in each
 * iteration, and everything the operand is needed for has been loaded by the time of the store.
 */
export const reusableStorages = (
  builder: KernelBuilder,
  space: Shape,
  loads: readonly Atom[],
  statements: readonly Statement[],
): [result: Storage, operand: Storage][] => {
  const operands = new Map<Storage, boolean>();
  for (const atom of loads) {
    const view = builder.viewOf(atom);
    if (view.kind === "splat") continue;
    const fits = isWhole(view) && sameShape(view.shape, space);
    operands.set(view.storage, fits && (operands.get(view.storage) ?? true));
  }
  const stores = statements.filter((statement) => statement.kind === "store");
  // Loads are shared by identity, so a buffer is read no later than by the first store that needs it.
  const firstNeeded = new Map<number, number>();
  const seen = new Set<Scalar>();
  stores.forEach(({ value }, order) => {
    const found = new Set<number>();
    loadedBuffers(value, seen, found);
    for (const position of found) if (!firstNeeded.has(position)) firstNeeded.set(position, order);
  });
  const pairs: [Storage, Storage][] = [];
  stores.forEach(({ buffer }, order) => {
    const result = builder.storageAt(buffer.position);
    for (const [operand, fits] of operands) {
      const needed = firstNeeded.get(builder.buffer(operand, "read").position);
      if (
        fits &&
        operand.dtype === result.dtype &&
        operand.size === result.size &&
        needed !== undefined &&
        needed <= order
      )
        pairs.push([result, operand]);
    }
  });
  return pairs;
};
