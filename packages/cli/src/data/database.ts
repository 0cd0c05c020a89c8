import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { DuckDBInstance, JSDuckDBValueConverter } from "@duckdb/node-api";
import { undoneWhenInterrupted } from "../interruption.ts";
import { openDatabase } from "./duckdb.ts";

/** A value as JavaScript has it; lists, maps and records of DuckDB are arrays and objects. */
export type Cell = string | number | boolean | Date | null | object;

/** A connection to an empty in-memory database. */
export async function connect(): Promise<DuckDBConnection> {
  const connection = await new DuckDBInstance(await openDatabase()).connect();
  // The process cannot end before a query that is running.
  undoneWhenInterrupted(() => connection.interrupt());
  return connection;
}

/** All of a small result. */
async function chunksOf(connection: DuckDBConnection, sql: string): Promise<DuckDBDataChunk[]> {
  const result = await connection.run(sql);
  // It is all there: to fetch it would be to wait for each piece.
  return Array.from({ length: result.chunkCount }, (_, i) => result.getChunk(i));
}

/** All rows of a small result; 64-bit integers become numbers. */
export async function queryRows(connection: DuckDBConnection, sql: string): Promise<Cell[][]> {
  const chunks = await chunksOf(connection, sql);
  const rows = chunks.flatMap((chunk) => chunk.convertRows(JSDuckDBValueConverter));
  return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : (value as Cell))));
}

/** So many rows are not more than DuckDB reads at a time. */
const fewRows = 2048;

/**
 * A large result, piece by piece in the order of its rows; memory holds a few thousand of them.
 *
 * @param rows - how many will come
 */
export async function* queryChunks(
  connection: DuckDBConnection,
  sql: string,
  rows: number,
): AsyncGenerator<DuckDBDataChunk> {
  if (rows <= fewRows) {
    // To stream, a statement is taken apart, prepared and begun, one after the other.
    yield* await chunksOf(connection, sql);
    return;
  }
  const result = await connection.stream(sql);
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
