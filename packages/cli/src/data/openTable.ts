import type { DuckDBConnection } from "@duckdb/node-api";
import { uniqueNames } from "downhill-model/columnNames";
import { standardMissingMarkers } from "./cells.ts";
import { connect } from "./database.ts";
import { DataError } from "./DataError.ts";
import { detectDialect } from "./dialect.ts";
import type { Dialect } from "./dialect.ts";
import { explainReadError } from "./explainReadError.ts";
import { emptyFile, requireFile, unreadable } from "./findFile.ts";
import { detectFormat } from "./format.ts";
import type { Format } from "./format.ts";
import { profileColumns } from "./profile.ts";
import type { RawColumn } from "./profile.ts";
import { createCsvSource, createTypedSource } from "./source.ts";
import type { Table } from "./table.ts";
import { readHead } from "./textFile.ts";
import type { Head } from "./textFile.ts";

export interface OpenOptions {
  /** Cells that mean "missing", in addition to the empty cell, NA, N/A, #N/A, <NA>, null and ?. */
  readonly missing?: readonly string[];
  /** Whether those standard markers mean "missing" too (default true); the empty cell always does. */
  readonly standardMissing?: boolean;
  /** Called when DuckDB begins to read, in a thread of its own. */
  readonly onBegin?: () => void;
}

const headBytes = 2 ** 16;
const longestHeaderBytes = 2 ** 24;
/** Text is this many times as long as its gzip, at a guess. */
const packedRatio = 8;

async function readHeadOf(path: string): Promise<Head> {
  try {
    const head = await readHead(path, headBytes);
    // A table may have so many columns that its header is longer.
    const holdsHeader = head.isWhole || head.bytes.includes(10) || head.bytes.includes(13);
    return holdsHeader ? head : await readHead(path, longestHeaderBytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function lookAt(path: string): Promise<[size: number, head: Head]> {
  const size = await requireFile(path);
  return [size, await readHeadOf(path)];
}

interface Source {
  readonly raw: RawColumn[];
  readonly dialect: Dialect | null;
  readonly notes: string[];
}

async function openCsv(
  connection: DuckDBConnection,
  path: string,
  bytes: number,
  dialect: Dialect,
): Promise<Source> {
  const { names, notes } = uniqueNames(dialect.header);
  if (dialect.encoding === "latin-1") notes.push("the file is not UTF-8: read as Latin-1");
  if (dialect.comma === "decimal") notes.push("numbers are read with a decimal comma");
  if (dialect.comma === "thousands") notes.push("numbers are read with commas between thousands: 1,234");
  return { raw: await createCsvSource(connection, path, bytes, dialect, names), dialect, notes };
}

async function openSource(
  connection: DuckDBConnection,
  path: string,
  bytes: number,
  format: Format,
  dialect: Dialect | null,
): Promise<Source> {
  if (format === "csv" && dialect !== null) return openCsv(connection, path, bytes, dialect);
  const typed = format === "csv" ? "json" : format;
  return { raw: await createTypedSource(connection, path, bytes, typed), dialect: null, notes: [] };
}

function requireRecords(path: string, head: Uint8Array): void {
  const text = Buffer.from(head)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  if (text.trim() === "") throw emptyFile(path);
  if (/^\s*(\{|\[\s*(\{|\]))/.test(text)) return;
  throw new DataError(
    `${path}: holds no records`,
    'write an array of records, [{"x": 1}, {"x": 2}], or one record per line',
    { file: path },
  );
}

function requireRows(path: string, format: Format, rows: number): void {
  if (rows > 0) return;
  const problem = format === "csv" ? "has a header but no rows" : "has no rows";
  throw new DataError(`${path}: ${problem}`, "a table needs at least one row", { file: path });
}

/**
 * Opens a table: CSV, TSV (delimiter, encoding and decimal mark are found out; `.gz` too), JSON, JSON lines, Parquet,
 * DuckDB databases of one table.
 * Reads it once to count rows and missing cells and to work out what each column is.
 *
 * @throws DataError when there is no such file or it is no table: a folder, empty, without rows, with lines of
 * different length, damaged.
 */
export async function openTable(path: string, options: OpenOptions = {}): Promise<Table> {
  // Before all else, since DuckDB takes its time to start, in a thread of its own.
  const connecting = connect();
  const [size, { bytes: head, isWhole, isPacked }] = await lookAt(path).catch(async (error: unknown) => {
    (await connecting).closeSync();
    throw error;
  });
  const connection = await connecting;
  const bytes = isPacked ? size * packedRatio : size;
  const close = (): void => connection.closeSync();
  let format: Format = "csv";
  let dialect: Dialect | null = null;
  try {
    format = detectFormat(path, head);
    if (format === "csv") dialect = detectDialect(path, head, isWhole);
    if (format === "json") requireRecords(path, head);

    const standard = options.standardMissing === false ? [""] : standardMissingMarkers;
    const declared = (options.missing ?? []).map((marker) => marker.trim().toLowerCase());
    const missingMarkers = [...new Set([...standard, ...declared])];

    const read = async (using: Dialect | null): Promise<Table> => {
      const reading = openSource(connection, path, bytes, format, using);
      options.onBegin?.();
      const source = await reading;
      const rules = { missingMarkers, comma: using?.comma ?? "none" };
      const { rows, columns, notes: found } = await profileColumns(connection, source.raw, rules);
      requireRows(path, format, rows);
      const notes = [...source.notes, ...found];
      return { path, format, rows, columns, missingMarkers, notes, dialect: using, connection, close };
    };
    try {
      return await read(dialect);
    } catch (error) {
      if (dialect === null || !/invalid unicode/i.test((error as Error).message)) throw error;
      dialect = { ...dialect, encoding: "latin-1" };
      await connection.run("DROP VIEW IF EXISTS source; DROP VIEW IF EXISTS scanned");
      return await read(dialect);
    }
  } catch (error) {
    close();
    throw await explainReadError(path, format, dialect, error);
  }
}
