import { extname } from "node:path";
import { DataError } from "./DataError.ts";

export type Format = "csv" | "json" | "parquet" | "duckdb";

const byExtension: Readonly<Record<string, Format>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".tab": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".parquet": "parquet",
};

/** Beginnings of files that are tables, but none that this command reads. */
const foreign: readonly { readonly begins: string; readonly what: string; readonly remedy: string }[] = [
  { begins: "PK\x03\x04", what: "a spreadsheet or zip archive", remedy: "save the sheet as CSV" },
  { begins: "\xd0\xcf\x11\xe0", what: "an old Excel file", remedy: "save the sheet as CSV" },
  { begins: "ARROW1", what: "an Arrow file", remedy: "write the table as Parquet or CSV" },
  { begins: "SQLite format 3", what: "an SQLite database", remedy: "export the table as CSV" },
  { begins: "\x28\xb5\x2f\xfd", what: "packed with zstd", remedy: "unpack it first, or pack it with gzip" },
];

/** The extension that names the format: that of `a.csv.gz` is `.csv`. */
export function formatExtension(path: string): string {
  return extname(path.replace(/\.gz$/i, "")).toLowerCase();
}

/**
 * Format of the file: by its first bytes when they are unmistakable, else by its extension, else (`data.txt`) by
 * what the text looks like.
 *
 * @throws DataError when it is none of them.
 */
export function detectFormat(path: string, head: Uint8Array): Format {
  const beginning = Buffer.from(head.subarray(0, 16)).toString("latin1");
  if (beginning.startsWith("PAR1")) return "parquet";
  if (beginning.startsWith("DUCK", 8)) return "duckdb"; // after a checksum of eight bytes
  const stranger = foreign.find(({ begins }) => beginning.startsWith(begins));
  if (stranger !== undefined) {
    throw new DataError(`${path}: is ${stranger.what}, not a table this command reads`, stranger.remedy, {
      file: path,
    });
  }
  const named = byExtension[formatExtension(path)];
  if (named === "parquet") {
    const remedy = "check that the file was copied whole, or rename it after what it is";
    throw new DataError(`${path}: is not a Parquet file: it does not begin with PAR1`, remedy, {
      file: path,
    });
  }
  const isUtf16 = beginning.startsWith("\xff\xfe");
  if (!isUtf16 && head.subarray(0, 4096).includes(0)) {
    const remedy = "this command reads CSV, TSV, JSON, JSON lines, Parquet and DuckDB databases";
    throw new DataError(`${path}: is a binary file, not a table this command reads`, remedy, { file: path });
  }
  if (named !== undefined) return named;
  return /^\s*[[{]/.test(beginning) ? "json" : "csv";
}
