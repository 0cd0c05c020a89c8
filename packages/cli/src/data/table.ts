import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError } from "./DataError.ts";
import type { Dialect } from "./dialect.ts";
import type { Format } from "./format.ts";
import { listNames, nearestName } from "./nearest.ts";

/** How DuckDB holds a column. */
export type Storage = "text" | "number" | "boolean" | "date" | "nested";

/**
 * What a column is, by its cells:
 *
 * - `number`: numbers throughout, or with so few other cells that those must be mistakes
 * - `boolean`: true/false, yes/no, t/f, y/n
 * - `date`: days or moments
 * - `category`: any other text
 * - `empty`: missing in every row
 * - `nested`: lists, records or bytes, which no model here can use
 */
export type ColumnKind = "number" | "boolean" | "date" | "category" | "empty" | "nested";

export interface Column {
  readonly name: string;
  /** Its name in the SQL view `source`. */
  readonly sql: string;
  /** Its type in DuckDB, as it was read. */
  readonly sqlType: string;
  readonly storage: Storage;
  readonly kind: ColumnKind;
  /** Cells that are missing. */
  readonly missing: number;
  /** Cells of a `number` column that are not numbers. */
  readonly nonNumeric: number;
  /** Every cell is missing or a number. */
  readonly allNumbers: boolean;
  /** Least and greatest number; ±Infinity or NaN when the column holds such. Null when it holds no number. */
  readonly least: number | null;
  readonly greatest: number | null;
  /** Whether every number is whole. */
  readonly whole: boolean;
  /** Different texts, to within a few percent; null where it was not counted. */
  readonly distinct: number | null;
  /** `strptime` format of dates held as text; `iso` for the forms of ISO 8601. */
  readonly dateFormat: string | null;
}

/** An open table: the view `source` of `connection`, with `row` (from 0, in file order) and the columns. */
export interface Table {
  /** The file, as the user wrote it. */
  readonly path: string;
  readonly format: Format;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Texts that mean "missing", in lower case. */
  readonly missingMarkers: readonly string[];
  /** What was decided while reading, for the user. */
  readonly notes: readonly string[];
  /** Null for all but delimited text. */
  readonly dialect: Dialect | null;
  readonly connection: DuckDBConnection;
  close(): void;
}

export function findColumn(table: Table, name: string): Column | null {
  return table.columns.find((column) => column.name === name) ?? null;
}

/** @throws DataError that suggests the nearest name. */
export function requireColumn(table: Table, name: string, role = "column"): Column {
  const column = findColumn(table, name);
  if (column !== null) return column;
  const names = table.columns.map((other) => other.name);
  const near = nearestName(name, names);
  const remedy =
    near === null ? `its columns are ${listNames(names, 20)}` : `did you mean ${JSON.stringify(near)}?`;
  throw new DataError(`${table.path}: there is no ${role} ${JSON.stringify(name)}`, remedy, {
    file: table.path,
    column: name,
  });
}
