import { commaOf } from "downhill-model/comma";
import type { Comma } from "downhill-model/comma";
import { DataError } from "./DataError.ts";
import { formatExtension } from "./format.ts";
import { isBlank, parseRecords } from "./recordParser.ts";
import type { TextRecord } from "./recordParser.ts";
import { decodeHead } from "./textFile.ts";
import type { Encoding } from "./textFile.ts";
import { emptyFile } from "./findFile.ts";

/** How a delimited text is written. */
export interface Dialect {
  readonly delimiter: string;
  readonly encoding: Encoding;
  /** Blank lines above the header. */
  readonly skip: number;
  /** Cells of the header, without surrounding spaces. */
  readonly header: readonly string[];
  /** What commas in numbers mean. */
  readonly comma: Comma;
}

const delimiters = [",", "\t", ";", "|"];
const linesLookedAt = 50;

/** The records of the head that are certainly whole, blank lines left out. */
function wholeRecords(text: string, delimiter: string, textIsWhole: boolean): TextRecord[] {
  const records = parseRecords(text, delimiter);
  if (!textIsWhole) records.pop();
  return records.filter((record) => !isBlank(record));
}

/** Share of the records that have as many cells as the header: 1 for a clean table. */
function agreement(records: readonly TextRecord[]): number {
  const columns = records[0]?.cells.length ?? 0;
  return records.filter((record) => record.cells.length === columns).length / records.length;
}

/** The delimiter under which the most lines have as many cells as the header, and the header has at least two. */
function chooseDelimiter(text: string, textIsWhole: boolean): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const records = wholeRecords(text, delimiter, textIsWhole);
    const columns = records[0]?.cells.length ?? 0;
    const score = columns < 2 ? 0 : agreement(records) + columns / 1e6;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

function detectEncoding(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16";
  // U+FFFD in the source text itself is possible, but so rare that it costs only the accents.
  return decodeHead(head, "utf-8").includes("\ufffd") ? "latin-1" : "utf-8";
}

/**
 * The dialect of a CSV or TSV file, from its first bytes. The first line that is not blank is the header.
 *
 * @param textIsWhole - whether `head` is all of the file
 * @throws DataError when there is no header.
 */
export function detectDialect(path: string, head: Uint8Array, textIsWhole: boolean): Dialect {
  const encoding = detectEncoding(head);
  const text = decodeHead(head, encoding);
  if (textIsWhole && text.trim() === "") throw emptyFile(path);

  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const beginning = lines.slice(0, linesLookedAt).join("");
  const beginningIsWhole = textIsWhole && lines.length <= linesLookedAt;
  const isTabbed = [".tsv", ".tab"].includes(formatExtension(path));
  const delimiter = isTabbed ? "\t" : chooseDelimiter(beginning, beginningIsWhole);

  const records = wholeRecords(beginning, delimiter, beginningIsWhole);
  const first = records[0] ?? wholeRecords(text, delimiter, textIsWhole)[0];
  if (first === undefined) {
    const remedy = "begin the file with one line of column names";
    throw new DataError(`${path}: the first line does not end within ${head.length} bytes`, remedy, {
      file: path,
    });
  }
  const header = first.cells.map((cell) => cell.trim());
  requireNames(path, header, first.line);
  return {
    delimiter,
    encoding,
    skip: first.line - 1,
    header,
    comma: commaOf(
      records.slice(1).flatMap(({ cells }) => cells),
      delimiter,
    ),
  };
}

/** A first line of numbers alone is data: taken as names, its row would be lost silently. */
function requireNames(path: string, header: readonly string[], line: number): void {
  const numbered = header.every((name, i) => name === String(i)); // as written by pandas without names
  const isNumber = (name: string): boolean => name !== "" && Number.isFinite(Number(name));
  if (numbered || !header.every(isNumber)) return;
  throw new DataError(
    `${path}:${line}: the first line holds numbers, not column names: ${header.slice(0, 6).join(", ")}`,
    "write one line of column names above it",
    { file: path, line },
  );
}

/** Names of the columns: unnamed ones become `column_3`, repeated ones `x_2`; `notes` says so. */
export function uniqueNames(header: readonly string[]): { names: string[]; notes: string[] } {
  const taken = new Set<string>(header);
  const seen = new Set<string>();
  const notes: string[] = [];
  const names = header.map((name, i) => {
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const base = name === "" ? "column" : name;
    let number = name === "" ? i + 1 : 2;
    while (taken.has(`${base}_${number}`)) number++;
    const unique = `${base}_${number}`;
    taken.add(unique);
    seen.add(unique);
    notes.push(
      name === ""
        ? `column ${i + 1} has no name: called ${unique}`
        : `column ${i + 1} repeats the name ${JSON.stringify(name)}: called ${unique}`,
    );
    return unique;
  });
  return { names, notes };
}
