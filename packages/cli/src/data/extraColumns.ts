import { BOOLEAN, DOUBLE, DuckDBDataChunk, INTEGER, VARCHAR } from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";

/** A column beside those of the table, such as predictions: one value per row, null where there is none. */
export interface ExtraColumn {
  readonly name: string;
  readonly values: ArrayLike<number | null> | readonly (string | null)[] | readonly (boolean | null)[];
}

const chunkRows = 2048;

function typeOf({ values }: ExtraColumn): DuckDBType {
  if (values instanceof Int32Array) return INTEGER;
  if (ArrayBuffer.isView(values)) return DOUBLE;
  const all = Array.from(values as ArrayLike<unknown>).filter((value) => value !== null);
  if (all.some((value) => typeof value === "string")) return VARCHAR;
  if (all.some((value) => typeof value === "boolean")) return BOOLEAN;
  return all.every((value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31)
    ? INTEGER
    : DOUBLE;
}

/**
 * Fills the table `extra` with columns e0, e1, …
 *
 * @throws RangeError when a column has another number of values than the table has rows.
 */
export async function createExtraTable(
  connection: DuckDBConnection,
  rows: number,
  columns: readonly ExtraColumn[],
): Promise<void> {
  const wrong = columns.find(({ values }) => values.length !== rows);
  if (wrong !== undefined) {
    throw new RangeError(
      `internal: writeTable: column "${wrong.name}" has ${wrong.values.length} values for ${rows} rows`,
    );
  }
  const types = columns.map(typeOf);
  const definition = types.map((type, i) => `e${i} ${String(type)}`).join(", ");
  await connection.run(`CREATE OR REPLACE TABLE extra (${definition})`);
  const appender = await connection.createAppender("extra");
  for (let start = 0; start < rows; start += chunkRows) {
    const count = Math.min(chunkRows, rows - start);
    const chunk = DuckDBDataChunk.create(types, count);
    for (const [i, { values }] of columns.entries()) {
      const vector = chunk.getColumnVector(i);
      for (let j = 0; j < count; j++) vector.setItem(j, values[start + j] ?? null);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Names for extra columns that differ from the table's: `prediction`, or `prediction_2` if that is taken. */
export function freeNames(taken: readonly string[], columns: readonly ExtraColumn[]): string[] {
  // DuckDB and many readers of tables do not tell `A` from `a`.
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return columns.map(({ name }) => {
    let free = name;
    for (let number = 2; used.has(free.toLowerCase()); number++) free = `${name}_${number}`;
    used.add(free.toLowerCase());
    return free;
  });
}
