/** Rows of a table that are equal in all columns. */
import type { Tensor } from "../../tensor/tensor.ts";

/** A number that equal rows share, from the bits of their cells: FNV-1a over words of 32 bits, mixed at the end. */
const hashesOf = ({ data }: Tensor, rows: number, columns: number): Int32Array => {
  const cell = new Float64Array(1);
  const words = new Int32Array(cell.buffer);
  const hashes = new Int32Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    let hash = 0x811c9dc5;
    for (let column = 0; column < columns; column++, i++) {
      cell[0] = data[i]! + 0; // −0 equals 0
      hash = Math.imul(hash ^ words[0]!, 0x01000193);
      hash = Math.imul(hash ^ words[1]!, 0x01000193);
      // A step of multiplication alone carries nothing down: doubles often differ in their upper bits only.
      hash ^= hash >>> 15;
    }
    hashes[row] = hash;
  }
  return hashes;
};

/** For each row of [rows, columns] the first one that is equal to it: itself, unless another came before. */
export const firstEqualRows = (table: Tensor): Int32Array => {
  const { data, shape } = table;
  const [rows, columns] = shape as readonly [number, number];
  const hashes = hashesOf(table, rows, columns);
  // An open hash table, half full at most, of rows counted from 1.
  const mask = 2 ** Math.ceil(Math.log2(2 * rows)) - 1;
  const slots = new Int32Array(mask + 1);
  const isEqual = (a: number, b: number): boolean => {
    if (hashes[a] !== hashes[b]) return false;
    for (let column = 0; column < columns; column++)
      if (data[a * columns + column] !== data[b * columns + column]) return false;
    return true;
  };
  return Int32Array.from({ length: rows }, (_, row) => {
    let slot = hashes[row]! & mask;
    while (slots[slot] !== 0 && !isEqual(slots[slot]! - 1, row)) slot = (slot + 1) & mask;
    if (slots[slot] === 0) slots[slot] = row + 1;
    return slots[slot]! - 1;
  });
};
