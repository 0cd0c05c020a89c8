import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import { DuckDBInstance } from "@duckdb/node-api";
import { undoneWhenInterrupted } from "../interruption.ts";

/** A value as JavaScript has it; lists, maps and records of DuckDB are arrays and objects. */
export type Cell = string | number | boolean | Date | null | object;

/** A connection to an empty in-memory database. */
export async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    // This optimizer turns each `cell IN (missing markers)` into a hash join: on 30 columns planning takes a second
    // and a half instead of milliseconds.
    disabled_optimizers: "in_clause",
  });
  const connection = await instance.connect();
  // The process cannot end before a query that is running.
  undoneWhenInterrupted(() => connection.interrupt());
  return connection;
}

/** All rows of a small result; 64-bit integers become numbers. */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<Cell[][]> {
  // With values, even none, a statement is first taken apart and prepared.
  const result = await connection.run(sql, values.length === 0 ? undefined : values);
  const rows = await result.getRowsJS();
  return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : (value as Cell))));
}

/** A large result, piece by piece in the order of its rows. */
export async function* queryChunks(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql, values);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}

/** A text of a result, "" for null. */
export function asText(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : "";
}
