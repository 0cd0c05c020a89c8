/** CSV, TSV and their relatives, by Papa Parse. */
import { holdsNumbers, uniqueNames } from "downhill-model/columnNames";
import { commaOf } from "downhill-model/comma";
import { chooseDelimiter, linesLookedAt } from "downhill-model/delimiter";
import Papa from "papaparse";
import { mostRows, refuse, tooLarge } from "./failure.ts";
import { columnOf, missingMarkers, type Table } from "./table.ts";

/** UTF-8 or UTF-16 by its mark; what is no UTF-8 is taken for Latin-1. */
const decode = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
};

/** The cells of the first lines, blank ones left out. A line of separators alone is a row of missing cells. */
const recordsOf = (
  text: string,
  delimiter: string,
  mostLines: number,
): { records: string[][]; isCut: boolean } => {
  const { data, meta } = Papa.parse<string[]>(text, { delimiter, preview: mostLines });
  return {
    records: data.filter((cells) => cells.length > 1 || cells[0]?.trim() !== ""),
    isCut: meta.truncated,
  };
};

export const readCsv = (name: string, bytes: Uint8Array): Table => {
  const text = decode(bytes);
  const delimiter = chooseDelimiter((asked) => recordsOf(text, asked, linesLookedAt).records);
  const { records, isCut } = recordsOf(text, delimiter, mostRows + 1000);
  const [first, ...rows] = records;
  const header = first?.map((cell) => cell.trim());
  if (header === undefined)
    throw refuse(`${name} is empty`, "Choose a file with one line of column names and a line for each row");
  if (holdsNumbers(header))
    throw refuse(
      `The first line of ${name} holds numbers, not column names: ${header.slice(0, 5).join(", ")}`,
      "Write one line of column names above it",
    );
  if (header.length < 2)
    throw refuse(
      `${name} has one column only (${JSON.stringify(header[0]!.slice(0, 40))})`,
      "A model needs a column to predict and one to predict it from: choose a table with columns parted by commas, semicolons or tabs",
    );
  if (rows.length === 0) throw refuse(`${name} has column names, but no rows`, "Add a line for each row");
  if (isCut || rows.length > mostRows)
    throw tooLarge(name, `more than ${mostRows.toLocaleString("en")} rows`);
  const ragged = rows.findIndex((row) => row.length !== header.length);
  if (ragged >= 0)
    throw refuse(
      `Row ${ragged + 1} of ${name} has ${rows[ragged]!.length} cells, the line of column names ${header.length}: ${rows[ragged]!.join(delimiter).slice(0, 60)}`,
      "Give each row a cell for each column, and put quotes around texts that contain the separator",
    );
  const comma = commaOf(rows.slice(0, 2000).flat(), delimiter);
  return {
    name,
    rows: rows.length,
    missingMarkers,
    comma,
    columns: uniqueNames(header).names.map((column, i) =>
      columnOf(
        column,
        rows.map((row) => row[i]!),
        { comma },
      ),
    ),
  };
};
