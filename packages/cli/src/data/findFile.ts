import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { DataError } from "./DataError.ts";
import { listNames, nearestName } from "./nearest.ts";

const tableExtensions = new Set([
  ".csv",
  ".tsv",
  ".tab",
  ".json",
  ".jsonl",
  ".ndjson",
  ".parquet",
  ".duckdb",
  ".gz",
]);

async function listFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function isTable(name: string): boolean {
  return tableExtensions.has(extname(name).toLowerCase());
}

/**
 * Bytes in the file.
 *
 * @throws DataError when there is none, naming what lies near, or when it cannot hold a table.
 */
export async function requireFile(path: string): Promise<number> {
  const place = { file: path };
  if (/^(https?|s3|ftp):\/\//i.test(path)) {
    throw new DataError(`${path}: is an address, not a file`, "download the table, and name its file", place);
  }
  if (path === "-") {
    throw new DataError(
      "standard input is a stream, and a table is read several times",
      "write it into a file first, and name that",
      place,
    );
  }
  let found;
  try {
    found = statSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(path, cause);
    const names = await listFolder(dirname(path));
    const near = nearestName(basename(path), names);
    const tables = names.filter(isTable);
    const remedy =
      near !== null
        ? `did you mean ${join(dirname(path), near)}?`
        : tables.length > 0
          ? `the folder ${dirname(path)} holds ${listNames(tables)}`
          : `the folder ${dirname(path)} ${names.length > 0 ? "holds no table" : "is empty or missing"}`;
    throw new DataError(`${path}: no such file`, remedy, place);
  }
  if (found.isDirectory()) {
    const tables = (await listFolder(path)).filter(isTable);
    const remedy =
      tables.length > 0
        ? `name one table in it: ${listNames(tables)}`
        : "name a CSV, TSV, JSON, Parquet or DuckDB file";
    throw new DataError(`${path}: is a folder, not a table`, remedy, place);
  }
  if (found.isFIFO() || found.isSocket() || found.isCharacterDevice()) {
    throw new DataError(
      `${path}: is a stream, and a table is read several times`,
      "write it into a file first, and name that",
      place,
    );
  }
  if (found.size === 0) throw emptyFile(path);
  return found.size;
}

export function emptyFile(path: string): DataError {
  return new DataError(
    `${path}: the file is empty`,
    "a table has a line of column names and at least one row below it",
    { file: path },
  );
}

/** The file is there, but the system does not give its bytes. */
export function unreadable(path: string, cause: unknown): DataError {
  const code = (cause as NodeJS.ErrnoException).code;
  const reason =
    code === "EACCES" || code === "EPERM" ? "no permission to read it" : (cause as Error).message;
  return new DataError(
    `${path}: cannot be read: ${reason}`,
    "check its permissions",
    { file: path },
    { cause },
  );
}
