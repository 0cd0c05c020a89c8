/**
 * The SQL condition that selects the given rows (null: all) out of `total`. They travel as one string of bits, which
 * DuckDB looks up by row number: no join, and no copy of the table.
 */
export function selectRows(rows: ArrayLike<number> | null, total: number): string {
  // Naming the row number makes DuckDB go through the rows in order (see source.ts).
  if (rows === null) return "row >= 0";
  const bits = Buffer.alloc(total, "0");
  for (let i = 0; i < rows.length; i++) bits[rows[i] ?? 0] = 49; // "1"
  return `get_bit('${bits.toString("latin1")}'::BIT, row::INTEGER) = 1`;
}
