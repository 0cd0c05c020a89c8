import type { DuckDBValue } from "@duckdb/node-api";

/** A condition on `row` for SQL, with the values of its parameters. */
export interface RowSelection {
  readonly where: string;
  readonly values: DuckDBValue[];
}

/**
 * Selects the given rows out of `total`. They travel as one string of bits, which DuckDB looks up by row number:
 * no join, and no copy of the table.
 */
export function selectRows(rows: ArrayLike<number> | null, total: number): RowSelection {
  // Naming the row number makes DuckDB go through the rows in order (see source.ts).
  if (rows === null) return { where: "row >= 0", values: [] };
  const bits = Buffer.alloc(total, "0");
  for (let i = 0; i < rows.length; i++) bits[rows[i] ?? 0] = 49; // "1"
  return { where: "get_bit($1::BIT, row::INTEGER) = 1", values: [bits.toString("latin1")] };
}
