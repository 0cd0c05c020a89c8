/** When columns count as dependent on each other. */
import type { CentredTable } from "./centred-table.ts";

/** Centring leaves the rounding of the mean behind, which counts for more in columns that vary little. */
const noiseOf = ({ totalWeight }: CentredTable, mean: number, length: number): number =>
  length === 0 ? 1 : 1 + (Math.sqrt(totalWeight) * Math.abs(mean)) / length;

/**
 * What remains of a column beside others counts as rounding up to this share of its length: n terms sum up about √n
 * roundings.
 *
 * @param means and lengths of the columns.
 */
export const dependenceTolerance = (
  table: CentredTable,
  means: ArrayLike<number>,
  lengths: readonly number[],
): number => {
  const noise = lengths.reduce((most, length, i) => Math.max(most, noiseOf(table, means[i]!, length)), 1);
  const [rows, columns] = table.B.shape as readonly [number, number];
  return 16 * (lengths.length + Math.sqrt(Math.max(rows, columns))) * Number.EPSILON * noise;
};
