import { cellText } from "./cells.ts";
import { asText, queryRows } from "./database.ts";
import type { DataPlace } from "./DataError.ts";
import { splitJsonRecords } from "./jsonRecords.ts";
import { createRecordParser, isBlank } from "./recordParser.ts";
import type { Column, Table } from "./table.ts";
import { readText } from "./textFile.ts";

/** Where a row stands: a place for an error, and how to say it (`data.csv:17`, `data.parquet, row 12`). */
export interface RowPlace extends DataPlace {
  readonly text: string;
}

/** Line of the `row`-th record (from 0) of a delimited text, the way DuckDB counts rows; null if there is none. */
async function csvLine(table: Table, row: number): Promise<number | null> {
  const { dialect, path } = table;
  if (dialect === null) return null;
  const blankIsRow = dialect.header.length === 1;
  let line: number | null = null;
  let records = -1; // the header
  const parser = createRecordParser(dialect.delimiter, (record) => {
    if (record.line <= dialect.skip || (isBlank(record) && !blankIsRow)) return;
    if (records === row) line ??= record.line;
    records++;
  });
  for await (const text of readText(path, dialect.encoding)) {
    parser.write(text);
    if (line !== null) return line;
  }
  parser.end();
  return line;
}

async function jsonLine(table: Table, row: number): Promise<number | null> {
  let records = 0;
  for await (const { line } of splitJsonRecords(readText(table.path, "utf-8"))) {
    if (records === row) return line;
    records++;
  }
  return null;
}

/** The place of a row in the user's file; reads the file up to there. */
export async function locateRow(table: Table, row: number, column?: Column): Promise<RowPlace> {
  const line =
    table.format === "csv"
      ? await csvLine(table, row)
      : table.format === "json"
        ? await jsonLine(table, row)
        : null;
  return {
    file: table.path,
    ...(line === null ? {} : { line }),
    ...(column === undefined ? {} : { column: column.name }),
    text: line === null ? `${table.path}, row ${row + 1}` : `${table.path}:${line}`,
  };
}

/** The first row for which the SQL `condition` holds, with the cell of `column` as text; null if there is none. */
export async function firstRowWhere(
  table: Table,
  column: Column,
  condition: string,
): Promise<{ row: number; cell: string } | null> {
  const sql = `SELECT row, ${cellText(column)} FROM source WHERE ${condition} ORDER BY row LIMIT 1`;
  const [found] = await queryRows(table.connection, sql);
  return found === undefined ? null : { row: Number(found[0]), cell: asText(found[1]) };
}
