import { DataError } from "./DataError.ts";
import type { Dialect } from "./dialect.ts";
import type { Format } from "./format.ts";
import { unreadable } from "./findFile.ts";
import { splitJsonRecords } from "./jsonRecords.ts";
import { createRecordParser, isBlank } from "./recordParser.ts";
import type { TextRecord } from "./recordParser.ts";
import { readText } from "./textFile.ts";

/** The first line whose number of cells is not that of the header, if there is one. */
async function findRaggedRecord(path: string, dialect: Dialect): Promise<TextRecord | null> {
  const wanted = dialect.header.length;
  let ragged: TextRecord | null = null;
  const parser = createRecordParser(dialect.delimiter, (record) => {
    if (isBlank(record) || record.cells.length === wanted) return;
    // DuckDB takes one empty cell too many, the mark of a delimiter at the end of the line.
    if (record.cells.length === wanted + 1 && record.cells[wanted] === "") return;
    ragged ??= record;
  });
  for await (const text of readText(path, dialect.encoding)) {
    parser.write(text);
    if (ragged !== null) return ragged;
  }
  parser.end();
  return ragged;
}

/** What DuckDB says of its own accord, without its list of options. */
function firstSentence(message: string): string {
  const line = message.split("\n")[0] ?? message;
  return line.replace(/^(\w+ )*Error: /, "").trim();
}

async function explainCsv(path: string, dialect: Dialect, message: string): Promise<DataError> {
  const ragged = await findRaggedRecord(path, dialect);
  const wanted = dialect.header.length;
  const place = { file: path };
  if (message.includes("unterminated quote")) {
    const line = Number(/Line: (\d+)/.exec(message)?.[1]);
    return new DataError(
      `${path}:${line}: a quoted cell that begins near here does not end properly`,
      'close it with ", and write a " inside a quoted cell twice',
      { file: path, line },
    );
  }
  if (ragged !== null) {
    const { line, cells } = ragged;
    const count = cells.length === 1 ? "1 cell" : `${cells.length} cells`;
    return new DataError(
      `${path}:${line}: ${count} where the header has ${wanted}`,
      cells.length > wanted
        ? `put a cell that contains ${JSON.stringify(dialect.delimiter)} in quotes`
        : "write a cell for every column; leave it empty where the value is missing",
      { file: path, line },
    );
  }
  if (message.includes("invalid state")) {
    const remedy = "let all lines end the same way, for example with dos2unix, and close every quote";
    return new DataError(`${path}: lines end in different ways, or quotes do not pair up`, remedy, place);
  }
  return new DataError(`${path}: cannot be read as CSV: ${firstSentence(message)}`, "", place);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function explainJson(path: string, message: string): Promise<DataError> {
  for await (const { line, text } of splitJsonRecords(readText(path, "utf-8"))) {
    if (isJson(text)) continue;
    return new DataError(
      `${path}:${line}: the record that begins here is not JSON`,
      'write an array of records, [{"x": 1}, {"x": 2}], or one record per line',
      { file: path, line },
    );
  }
  return new DataError(`${path}: cannot be read as JSON: ${firstSentence(message)}`, "", { file: path });
}

/** An error of DuckDB while it read the file, in the user's terms. */
export async function explainReadError(
  path: string,
  format: Format,
  dialect: Dialect | null,
  error: unknown,
): Promise<Error> {
  if (error instanceof DataError || !(error instanceof Error)) return error as Error;
  const { message } = error;
  if (/permission denied/i.test(message)) return unreadable(path, Object.assign(error, { code: "EACCES" }));
  if (format === "csv" && dialect !== null) return explainCsv(path, dialect, message);
  if (format === "json") return explainJson(path, message);
  const remedy = "check that the file was copied whole";
  return new DataError(
    `${path}: is damaged: ${firstSentence(message)}`,
    remedy,
    { file: path },
    { cause: error },
  );
}
