/** Where a table comes from: the page's own ones, or a file of the reader, which never leaves this machine. */
import { mostBytes, refuse, tooLarge } from "./failure.ts";
import { tables } from "./tables.ts";
import type { Table } from "./table.ts";

export type Source =
  | { readonly kind: "builtin"; readonly id: string }
  /** `key` tells files apart, also where a question is compared as text. */
  | { readonly kind: "file"; readonly file: File; readonly key: string };

export const fileSource = (file: File): Source => ({
  kind: "file",
  file,
  key: `${file.name} ${file.size} ${file.lastModified}`,
});

export const sourceKey = (source: Source): string => (source.kind === "builtin" ? source.id : source.key);

const isParquet = (name: string, bytes: ArrayBuffer): boolean =>
  /\.(parquet|pq)$/i.test(name) || new TextDecoder().decode(bytes.slice(0, 4)) === "PAR1";

const read = async (name: string, bytes: ArrayBuffer): Promise<Table> => {
  if (isParquet(name, bytes)) return (await import("./read-parquet.ts")).readParquet(name, bytes);
  const head = new Uint8Array(bytes, 0, Math.min(512, bytes.byteLength));
  // UTF-16 has zeros too, but begins with its mark.
  if (head.includes(0) && head[0] !== 0xff)
    throw refuse(`${name} is no table of text`, "Choose a CSV or Parquet file; spreadsheets can export CSV");
  return (await import("./read-csv.ts")).readCsv(name, new Uint8Array(bytes));
};

const opened = new Map<string, Promise<Table>>();

/** The table, read once. */
export const openTable = (source: Source): Promise<Table> => {
  const key = sourceKey(source);
  let table = opened.get(key);
  if (table !== undefined) return table;
  // One table at a time is enough to have in memory.
  opened.clear();
  table = load(source);
  opened.set(key, table);
  table.catch(() => opened.delete(key));
  return table;
};

const load = async (source: Source): Promise<Table> => {
  if (source.kind === "file") {
    const { file } = source;
    if (file.size > mostBytes) throw tooLarge(file.name, `${Math.round(file.size / 2 ** 20)} MB`);
    return read(file.name, await file.arrayBuffer());
  }
  const table = tables.find(({ id }) => id === source.id);
  if (table === undefined) throw refuse(`There is no table ${source.id} here`, "Choose one of those above");
  const response = await fetch(table.url);
  if (!response.ok)
    throw refuse(`The table ${table.id} could not be loaded`, "Check that the page is complete");
  return read(`${table.id}.csv`, await response.arrayBuffer());
};
