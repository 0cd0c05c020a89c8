/** Products of a matrix with its own transpose: half of their sums tell the other half. */
import { strideOf } from "../program/addresses.ts";
import type { Contract } from "../program/loop.ts";

/**
 * Whether the sum at [row, column] is that at [column, row]: both have the same products, added up in the same order, so
 * that they are equal to the last bit.
 */
export const isSymmetricProduct = (contract: Contract): boolean => {
  const { row, rows, column, columns, inner, left, right } = contract;
  if (rows !== columns || left.buffer !== right.buffer || left.at.offset !== right.at.offset) return false;
  if (left.at.dynamic !== undefined || right.at.dynamic !== undefined) return false;
  if (strideOf(left.at, row) !== strideOf(right.at, column)) return false;
  const loops = [...left.at.terms, ...right.at.terms].map(({ loop }) => loop);
  return (
    loops.every(
      (loop) => loop === row || loop === column || strideOf(left.at, loop) === strideOf(right.at, loop),
    ) && strideOf(left.at, inner) === strideOf(right.at, inner)
  );
};
