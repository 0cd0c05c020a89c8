import { holdsNumbers } from "downhill-model/columnNames";
import { commaOf } from "downhill-model/comma";
import type { Comma } from "downhill-model/comma";
import { chooseDelimiter, linesLookedAt } from "downhill-model/delimiter";
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

/** The records of the head that are certainly whole, blank lines left out. */
function wholeRecords(text: string, delimiter: string, textIsWhole: boolean): TextRecord[] {
  const records = parseRecords(text, delimiter);
  if (!textIsWhole) records.pop();
  return records.filter((record) => !isBlank(record));
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
  const recordsUnder = (delimiter: string): TextRecord[] =>
    wholeRecords(beginning, delimiter, beginningIsWhole);
  const delimiter = isTabbed
    ? "\t"
    : chooseDelimiter((asked) => recordsUnder(asked).map(({ cells }) => cells));

  const records = recordsUnder(delimiter);
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
  if (!holdsNumbers(header)) return;
  throw new DataError(
    `${path}:${line}: the first line holds numbers, not column names: ${header.slice(0, 6).join(", ")}`,
    "write one line of column names above it",
    { file: path, line },
  );
}
