import { once } from "node:events";
import { unlinkSync } from "node:fs";
import { rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { undoneWhenInterrupted } from "../interruption.ts";
import { cellNumber } from "./cells.ts";
import { queryChunks } from "./database.ts";
import { DataError } from "./DataError.ts";
import { createExtraTable, freeNames } from "./extraColumns.ts";
import type { ExtraColumn } from "./extraColumns.ts";
import { cellRules } from "./requireNumbers.ts";
import { formatExtension } from "./format.ts";
import { quoteName, quoteText } from "./sql.ts";
import type { Column, Table } from "./table.ts";

interface OutputFormat {
  /** Of DuckDB's COPY. */
  readonly options: string;
  /** Whether numbers are written as numbers, and not as the text that they had. */
  readonly typed: boolean;
}

const outputFormats: Readonly<Record<string, OutputFormat>> = {
  ".csv": { options: "FORMAT csv, HEADER", typed: false },
  ".tsv": { options: "FORMAT csv, HEADER, DELIMITER '\t'", typed: false },
  ".tab": { options: "FORMAT csv, HEADER, DELIMITER '\t'", typed: false },
  ".json": { options: "FORMAT json, ARRAY true", typed: true },
  ".jsonl": { options: "FORMAT json", typed: true },
  ".ndjson": { options: "FORMAT json", typed: true },
  ".parquet": { options: "FORMAT parquet, COMPRESSION zstd", typed: true },
};

function outputCell(table: Table, column: Column, typed: boolean): string {
  if (!typed || column.storage !== "text" || column.kind !== "number" || column.nonNumeric > 0)
    return column.sql;
  const number = cellNumber(column, cellRules(table));
  const isSafe = Math.abs(column.least ?? 0) < 2 ** 53 && Math.abs(column.greatest ?? 0) < 2 ** 53;
  return column.whole && isSafe ? `CAST(${number} AS BIGINT)` : number;
}

/** SQL of the rows to write, in file order, and the names of all columns. */
async function prepareRows(
  table: Table,
  extra: readonly ExtraColumn[],
  typed: boolean,
): Promise<{ sql: string; names: string[] }> {
  await createExtraTable(table.connection, table.rows, extra);
  const tableNames = table.columns.map(({ name }) => name);
  const names = [...tableNames, ...freeNames(tableNames, extra)];
  const cells = [
    ...table.columns.map((column) => outputCell(table, column, typed)),
    ...extra.map((_, i) => `e${i}`),
  ];
  const list = cells.map((cell, i) => `${cell} AS ${quoteName(names[i] ?? "")}`).join(", ");
  return { sql: `SELECT ${list} FROM source POSITIONAL JOIN extra`, names };
}

function requireFormat(path: string): OutputFormat {
  const format = outputFormats[formatExtension(path)];
  if (format !== undefined) return format;
  throw new DataError(
    `${path}: the name does not say in which format to write`,
    `end it with one of ${Object.keys(outputFormats).join(", ")}`,
    { file: path },
  );
}

/**
 * Writes the table as it was read, and `extra` columns after its own, to a file in the format that its extension
 * names (CSV, TSV, JSON, JSON lines, Parquet; `.gz` too). The file appears whole or not at all, replacing an older
 * one; it may be the table's own. Of names that differ by case alone, DuckDB numbers the later ones (`a_1`).
 *
 * @returns the names that the extra columns got: `prediction_2` where the table has a `prediction`.
 * @throws DataError for an unknown extension and when the file cannot be written.
 */
export async function writeTable(
  path: string,
  table: Table,
  extra: readonly ExtraColumn[],
): Promise<string[]> {
  const { options, typed } = requireFormat(path);
  const { sql, names } = await prepareRows(table, extra, typed);
  const packed = /\.gz$/i.test(path) ? ", COMPRESSION gzip" : "";
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.unfinished`);
  const isDone = undoneWhenInterrupted(() => unlinkSync(unfinished));
  try {
    await table.connection.run(`COPY (${sql}) TO ${quoteText(unfinished)} (${options}${packed})`);
    await rename(unfinished, path);
  } catch (cause) {
    await unlink(unfinished).catch(() => undefined);
    const reason = ((cause as Error).message.split("\n")[0] ?? "").replaceAll(unfinished, path);
    throw new DataError(
      `${path}: cannot be written: ${reason}`,
      "check that the folder exists and may be written to",
      { file: path },
      { cause },
    );
  } finally {
    isDone();
  }
  return names.slice(table.columns.length);
}

function csvCell(text: string | null): string {
  if (text === null) return "";
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes the same rows as CSV to a stream, such as standard output. */
export async function writeTableTo(
  stream: Writable,
  table: Table,
  extra: readonly ExtraColumn[],
): Promise<string[]> {
  const { sql, names } = await prepareRows(table, extra, false);
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  await write(`${names.map(csvCell).join(",")}\n`);
  for await (const chunk of queryChunks(
    table.connection,
    `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${sql})`,
    table.rows,
  )) {
    const lines = chunk
      .getRows()
      .map((row) => `${row.map((cell) => csvCell(cell as string | null)).join(",")}\n`);
    await write(lines.join(""));
  }
  return names.slice(table.columns.length);
}
