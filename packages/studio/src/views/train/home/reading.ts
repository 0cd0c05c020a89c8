/** The part of a program that reads its table. */
import type { Comma } from "downhill-model/comma";
import type { Table } from "../data/table.ts";
import type { SourceFile } from "./bytes.ts";

export interface Reading {
  readonly imports: string;
  /** Sets `rows`, each with its cells in the order of the file. */
  readonly code: string;
  /** Sets `numberOf`. */
  readonly numberOf: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const parquet = (name: string): Reading => ({
  imports: `import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileURLToPath } from "node:url";`,
  code: `const file = await asyncBufferFromFile(fileURLToPath(new URL(${JSON.stringify(name)}, import.meta.url)));
const rows: Row[] = (await parquetReadObjects({ file, compressors })).map((record) => Object.values(record));`,
  numberOf: `const numberOf = (cell: unknown): number =>
  cell instanceof Date ? cell.getTime() / 86_400_000 : Number(cell);`,
  dependencies: { hyparquet: "^1.33.0", "hyparquet-compressors": "^1.1.2" },
});

/** As `plainNumeral` reads them; the cells of columns of numbers are numbers, so that each such mark may go. */
const marksOff: Readonly<Record<Comma, string>> = {
  none: "",
  thousands: '.replaceAll(",", "")',
  decimal: '.replace(/\\.(?=\\d{3}(\\D|$))/g, "").replace(",", ".")',
};

const numbers = (comma: Comma): string =>
  `const numberOf = (cell: unknown): number => Number(String(cell).trim()${marksOff[comma]});`;

const papa = (name: string, comma: Comma): Reading => ({
  imports: `import { readFileSync } from "node:fs";
import Papa from "papaparse";`,
  code: `const text = readFileSync(new URL(${JSON.stringify(name)}, import.meta.url), "utf8");
const rows: Row[] = Papa.parse<string[]>(text, {
  skipEmptyLines: "greedy",
  delimitersToGuess: [",", "\\t", ";", "|"],
}).data.slice(1);`,
  numberOf: numbers(comma),
  dependencies: { papaparse: "^5.5.0" },
});

const plain = (name: string): Reading => ({
  imports: `import { readFileSync } from "node:fs";`,
  code: `const text = readFileSync(new URL(${JSON.stringify(name)}, import.meta.url), "utf8");
const rows: Row[] = text
  .split(/\\r?\\n/)
  .filter((line) => line.trim() !== "")
  .slice(1)
  .map((line) => line.split(","));`,
  numberOf: numbers("none"),
  dependencies: {},
});

/** Commas and no quotes need no library. */
export const readingOf = ({ name, bytes }: SourceFile, table: Pick<Table, "columns" | "comma">): Reading => {
  if (new TextDecoder().decode(bytes.subarray(0, 4)) === "PAR1") return parquet(name);
  const text = new TextDecoder().decode(bytes);
  const [header = ""] = text.split(/\r?\n/);
  const isPlain = !text.includes('"') && header.split(",").length === table.columns.length;
  return isPlain ? plain(name) : papa(name, table.comma);
};
