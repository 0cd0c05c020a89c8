/** CSV, TSV and their relatives, by Papa Parse. */
import { commaOf } from "downhill-model/comma";
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

/** Unnamed columns become `column 3`, repeated ones `x 2`. */
const uniqueNames = (header: readonly string[]): string[] => {
  const taken = new Set<string>();
  return header.map((cell, i) => {
    const wanted = cell.trim() || `column ${i + 1}`;
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted} ${k}`;
    taken.add(name);
    return name;
  });
};

export const readCsv = (name: string, bytes: Uint8Array): Table => {
  const { data, meta } = Papa.parse<string[]>(decode(bytes), {
    skipEmptyLines: "greedy",
    delimitersToGuess: [",", "\t", ";", "|"],
    preview: mostRows + 2,
  });
  const [header, ...rows] = data;
  if (header === undefined)
    throw refuse(`${name} is empty`, "Choose a file with one line of column names and a line for each row");
  if (header.length > 0 && header.every((cell) => cell.trim() !== "" && Number.isFinite(Number(cell))))
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
  if (rows.length > mostRows) throw tooLarge(name, `more than ${mostRows.toLocaleString("en")} rows`);
  const ragged = rows.findIndex((row) => row.length !== header.length);
  if (ragged >= 0)
    throw refuse(
      `Row ${ragged + 1} of ${name} has ${rows[ragged]!.length} cells, the line of column names ${header.length}: ${rows[ragged]!.join(meta.delimiter).slice(0, 60)}`,
      "Give each row a cell for each column, and put quotes around texts that contain the separator",
    );
  const comma = commaOf(rows.slice(0, 2000).flat(), meta.delimiter);
  return {
    name,
    rows: rows.length,
    missingMarkers,
    comma,
    columns: uniqueNames(header).map((column, i) =>
      columnOf(
        column,
        rows.map((row) => row[i]!),
        { comma },
      ),
    ),
  };
};
