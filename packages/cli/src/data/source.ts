import type { DuckDBConnection } from "@duckdb/node-api";
import { asText, queryRows } from "./database.ts";
import { DataError } from "./DataError.ts";
import type { Dialect } from "./dialect.ts";
import type { Format } from "./format.ts";
import { listNames } from "./nearest.ts";
import type { RawColumn } from "./profile.ts";
import { quoteName, quoteText } from "./sql.ts";
import type { Storage } from "./table.ts";

/**
 * Text files up to this many bytes are parsed once into memory; larger ones again at each pass, so that memory does
 * not grow with the file.
 */
export const keptInMemory = 64 * 2 ** 20;

/** SQL that reads a delimited text, every cell as text, columns named c0, c1, … */
function csvScan(path: string, dialect: Dialect): string {
  const columns = dialect.header.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const options = [
    "auto_detect = false",
    "header = true",
    `delim = ${quoteText(dialect.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `skip = ${dialect.skip}`,
    `encoding = ${quoteText(dialect.encoding)}`,
    `columns = {${columns}}`,
  ];
  return `read_csv(${quoteText(path)}, ${options.join(", ")})`;
}

/** SQL that keeps what `scan` gives in memory, or looks at it again whenever it is asked for. */
const scanned = (scan: string, keep: boolean): string =>
  `CREATE ${keep ? "TABLE" : "VIEW"} scanned AS SELECT * FROM ${scan}`;

/**
 * SQL of the view `source`. The numbering also makes DuckDB read the rows in order, one after the other: sums come out
 * the same, to the last bit, whatever the number of threads.
 */
const numbered = (columns: string): string =>
  `CREATE VIEW source AS SELECT row_number() OVER () - 1 AS row, ${columns} FROM scanned`;

export async function createCsvSource(
  connection: DuckDBConnection,
  path: string,
  bytes: number,
  dialect: Dialect,
  names: readonly string[],
): Promise<RawColumn[]> {
  const scan = scanned(csvScan(path, dialect), bytes <= keptInMemory);
  await connection.run(`${scan}; ${numbered("*")}`);
  return names.map((name, i) => ({ name, sql: `c${i}`, sqlType: "VARCHAR", storage: "text" }));
}

/** SQL that reads the only table, or view, of a database. */
async function databaseScan(connection: DuckDBConnection, path: string): Promise<string> {
  await connection.run(`ATTACH ${quoteText(path)} AS given (READ_ONLY)`);
  const found = await queryRows(
    connection,
    `SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'given'
     UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'given' AND NOT internal
     ORDER BY ALL`,
  );
  const tables = found.map(([schema, name]) => ({ schema: asText(schema), name: asText(name) }));
  const [table, ...others] = tables;
  const place = { file: path };
  if (table === undefined) {
    throw new DataError(`${path}: the database has no table`, "name one with the table in it", place);
  }
  if (others.length > 0) {
    const names = listNames(
      tables.map(({ name }) => name),
      12,
    );
    const remedy = `write the one that is meant to a file: COPY ${quoteName(table.name)} TO 'table.parquet'`;
    throw new DataError(`${path}: the database has ${tables.length} tables: ${names}`, remedy, place);
  }
  return `given.${quoteName(table.schema)}.${quoteName(table.name)}`;
}

export async function createTypedSource(
  connection: DuckDBConnection,
  path: string,
  bytes: number,
  format: Exclude<Format, "csv">,
): Promise<RawColumn[]> {
  const keep = format === "json" && bytes <= keptInMemory;
  // What is kept is read whole anyway: its types are then those of all cells and not of the first 20 480 rows.
  const scan =
    format === "duckdb"
      ? await databaseScan(connection, path)
      : format === "parquet"
        ? `read_parquet(${quoteText(path)})`
        : `read_json(${quoteText(path)}${keep ? ", sample_size = -1" : ""})`;
  await connection.run(scanned(scan, keep));
  const described = await queryRows(connection, "DESCRIBE scanned");
  const columns = described.map(([name, type]) => ({ name: asText(name), type: asText(type) }));
  await connection.run(numbered(columns.map(({ name }, i) => `${quoteName(name)} AS c${i}`).join(", ")));
  return columns.map(({ name, type }, i) => ({
    name,
    sql: `c${i}`,
    sqlType: type,
    storage: storageOf(type),
  }));
}

function storageOf(sqlType: string): Storage {
  if (/\[\d*\]$/.test(sqlType)) return "nested";
  if (/^(VARCHAR|JSON|UUID|ENUM)/.test(sqlType)) return "text";
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL|BIGNUM)/.test(sqlType)) return "number";
  if (sqlType === "BOOLEAN") return "boolean";
  if (/^(DATE|TIME)/.test(sqlType)) return "date";
  return "nested";
}
