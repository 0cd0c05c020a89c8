import type { DuckDBConnection } from "@duckdb/node-api";
import { booleanWords } from "downhill-model/answers";
import { candidateDateFormats, sampledRows } from "downhill-model/dates";
import { isNumeric } from "downhill-model/numbers";
import { describeAlmostNumbers } from "./almostNumbers.ts";
import { cellDays, cellIsMissing, cellNumber, cellText, markersAreNumbers } from "./cells.ts";
import type { CellReading, CellRules } from "./cells.ts";
import { queryRows } from "./database.ts";
import { quoteText } from "./sql.ts";
import type { Column, ColumnKind } from "./table.ts";

/** A column before its cells were looked at. */
export type RawColumn = Pick<Column, "name" | "sql" | "sqlType" | "storage">;

interface Counts {
  readonly missing: number;
  readonly numbers: number;
  readonly least: number | null;
  readonly greatest: number | null;
  readonly fractions: number;
}

/** Rows and, for each column, what all its cells say; one pass over the table. */
async function countCells(
  connection: DuckDBConnection,
  readings: readonly CellReading[],
  rules: CellRules,
): Promise<{ rows: number; counts: Counts[] }> {
  const cells = readings.map((reading, i) => `${cellNumber(reading, rules)} AS v${i}`);
  const gaps = readings.map((reading, i) => {
    const isMissing = cellIsMissing(reading, rules);
    // Most cells are numbers: those need not be compared with the markers.
    const isGap = markersAreNumbers(rules)
      ? isMissing
      : `CASE WHEN v${i} IS NULL THEN ${isMissing} ELSE false END`;
    return `${isGap} AS m${i}`;
  });
  const counts = readings.map(
    (_, i) =>
      `count_if(m${i}), count(v${i}), min(v${i}), max(v${i}), count_if(isfinite(v${i}) AND v${i} <> trunc(v${i}))`,
  );
  const sql = `SELECT count(*), ${counts.join(", ")} FROM (SELECT *, ${gaps.join(", ")} FROM (SELECT *, ${cells.join(", ")} FROM source))`;
  const [row = []] = await queryRows(connection, sql);
  return {
    rows: Number(row[0]),
    counts: readings.map((_, i) => {
      const [missing, numbers, least, greatest, fractions] = row.slice(1 + 5 * i);
      return {
        missing: Number(missing),
        numbers: Number(numbers),
        least: least as number | null,
        greatest: greatest as number | null,
        fractions: Number(fractions),
      };
    }),
  };
}

interface TextCounts {
  readonly distinct: number;
  readonly booleans: number;
  readonly dateFormat: string | null;
  /** The first cells that are not missing. */
  readonly sample: readonly string[];
}

/** What tells categories, yes/no and dates apart, for columns of text; one sample and one pass over the table. */
async function countTexts(
  connection: DuckDBConnection,
  readings: readonly CellReading[],
  rules: CellRules,
  present: readonly number[],
): Promise<TextCounts[]> {
  if (readings.length === 0) return [];
  const texts = readings.map((reading) => {
    return `CASE WHEN ${cellIsMissing(reading, rules)} THEN NULL ELSE ${cellText(reading)} END`;
  });
  const sample = await queryRows(connection, `SELECT ${texts.join(", ")} FROM source LIMIT ${sampledRows}`);
  const samples = readings.map((_, i) =>
    sample.map((row) => row[i]).filter((cell) => typeof cell === "string"),
  );
  const formats = samples.map(candidateDateFormats);

  const words = booleanWords.map(quoteText).join(", ");
  const counts = readings.flatMap((reading, i) => [
    `approx_count_distinct(t${i})`,
    `count_if(lower(t${i}) IN (${words}))`,
    ...(formats[i] ?? []).map((dateFormat) => `count(${cellDays({ ...reading, dateFormat }, rules)})`),
  ]);
  const columns = texts.map((text, i) => `${text} AS t${i}`).join(", ");
  const [row = []] = await queryRows(
    connection,
    `SELECT ${counts.join(", ")} FROM (SELECT *, ${columns} FROM source)`,
  );
  let next = 0;
  return readings.map((_, i) => {
    const [distinct, booleans] = [Number(row[next++]), Number(row[next++])];
    const parsed = (formats[i] ?? []).map((format) => ({ format, count: Number(row[next++]) }));
    const dateFormat = parsed.find(({ count }) => count === present[i])?.format ?? null;
    return { distinct, booleans, dateFormat, sample: samples[i] ?? [] };
  });
}

function kindOf(column: RawColumn, present: number, numbers: number, texts: TextCounts | null): ColumnKind {
  if (column.storage === "nested") return "nested";
  if (present === 0) return "empty";
  if (column.storage !== "text") return column.storage;
  if (isNumeric(numbers, present)) return "number";
  if (texts?.dateFormat != null) return "date";
  return texts?.booleans === present ? "boolean" : "category";
}

/** Counts the rows and works out what each column is; `notes` are for the user. */
export async function profileColumns(
  connection: DuckDBConnection,
  raw: readonly RawColumn[],
  rules: CellRules,
): Promise<{ rows: number; columns: Column[]; notes: string[] }> {
  const readings = raw.map((column): CellReading => ({ ...column, dateFormat: null }));
  const { rows, counts } = await countCells(connection, readings, rules);
  if (rows === 0) return { rows, columns: [], notes: [] };

  const present = counts.map(({ missing }) => rows - missing);
  const isText = raw.map((column, i) => {
    const cells = present[i] ?? 0;
    return column.storage === "text" && cells > 0 && !isNumeric(counts[i]?.numbers ?? 0, cells);
  });
  const texts = await countTexts(
    connection,
    readings.filter((_, i) => isText[i]),
    rules,
    present.filter((_, i) => isText[i]),
  );
  const notes: string[] = [];
  const columns = raw.map((column, i): Column => {
    const { missing, numbers, least, greatest, fractions } = counts[i] ?? noCounts;
    const text = isText[i] ? (texts.shift() ?? null) : null;
    const cells = rows - missing;
    const kind = kindOf(column, cells, numbers, text);
    const note = kind === "category" ? describeAlmostNumbers(column.name, text?.sample ?? []) : null;
    if (note !== null) notes.push(note);
    return {
      ...column,
      kind,
      missing,
      nonNumeric: kind === "number" ? cells - numbers : 0,
      allNumbers: numbers > 0 && numbers === cells,
      least,
      greatest,
      whole: numbers > 0 && fractions === 0,
      distinct: text?.distinct ?? null,
      dateFormat: kind === "date" && column.storage === "text" ? (text?.dateFormat ?? null) : null,
    };
  });
  return { rows, columns, notes };
}

const noCounts: Counts = { missing: 0, numbers: 0, least: null, greatest: null, fractions: 0 };
