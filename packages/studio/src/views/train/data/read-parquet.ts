/** Parquet, by hyparquet: loaded with its decompressors when the first such file comes. */
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { mostRows, refuse, tooLarge } from "./failure.ts";
import { type Cell, columnOf, missingMarkers, type Table } from "./table.ts";

const day = 86_400_000;

/** Numbers, texts and truth values as they are; moments as days since 1970; undefined for what no model can use. */
const cellOf = (value: unknown): Cell | undefined => {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof Date ? value.getTime() / day : undefined;
};

export const readParquet = async (name: string, bytes: ArrayBuffer): Promise<Table> => {
  const read = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw refuse(`${name} cannot be read as Parquet (${reason})`, "Write it anew, or export it as CSV");
    }
  };
  const metadata = await read(parquetMetadataAsync(bytes));
  const rows = Number(metadata.num_rows);
  if (rows > mostRows) throw tooLarge(name, `${rows.toLocaleString("en")} rows`);
  if (rows === 0) throw refuse(`${name} has no rows`, "Choose a table with a row for each example");
  const records = await read(parquetReadObjects({ file: bytes, metadata, compressors }));
  const names = Object.keys(records[0]!);
  return {
    name,
    rows,
    missingMarkers,
    comma: "none",
    columns: names.map((column) => {
      const cells = records.map((record) => cellOf(record[column]));
      const isDate = records.some((record) => record[column] instanceof Date);
      const isNested = cells.includes(undefined);
      return columnOf(column, isNested ? [] : (cells as Cell[]), { isNested, isDate });
    }),
  };
};
