import { groupedByComma, groupedByPoint } from "downhill-model/comma";
import type { Comma } from "downhill-model/comma";
import { doubleLiteral, quoteText } from "./sql.ts";
import type { Storage } from "./table.ts";

/**
 * Cells that mean "missing" in any table, compared without regard to case and surrounding spaces. `NaN` is not among
 * them, since it is as often a failed calculation as a gap, nor `None` and `-`, which are ordinary categories.
 */
export const standardMissingMarkers: readonly string[] = ["", "na", "n/a", "#n/a", "<na>", "null", "?"];

/** What the SQL expressions of a cell depend on. */
export interface CellReading {
  readonly sql: string;
  readonly sqlType: string;
  readonly storage: Storage;
  readonly dateFormat: string | null;
  /** Every cell is missing or a number: a shorter expression will do. */
  readonly allNumbers?: boolean;
}

export interface CellRules {
  readonly missingMarkers: readonly string[];
  readonly comma: Comma;
}

/** VARCHAR: the cell as text without surrounding spaces; null when the cell is null. */
export function cellText({ sql, sqlType }: CellReading): string {
  // A JSON text carries its quotes; `->> '$'` takes them off.
  if (sqlType === "JSON") return `trim(${sql} ->> '$')`;
  return sqlType === "VARCHAR" ? `trim(${sql})` : `trim(CAST(${sql} AS VARCHAR))`;
}

/** BOOLEAN, never null: whether the cell is missing. */
export function cellIsMissing(reading: CellReading, { missingMarkers }: CellRules): string {
  const { sql, storage } = reading;
  if (storage === "text") {
    const markers = missingMarkers.map(quoteText).join(", ");
    return `coalesce(lower(${cellText(reading)}) IN (${markers}), true)`;
  }
  if (storage !== "number") return `(${sql} IS NULL)`;
  const numbers = missingMarkers.filter((marker) => marker !== "").map(markedNumber);
  const declared = numbers.filter((number) => number !== null);
  if (declared.length === 0) return `(${sql} IS NULL)`;
  return `coalesce(CAST(${sql} AS DOUBLE) IN (${declared.map(doubleLiteral).join(", ")}), true)`;
}

/** Whether a text can be both a number and missing. */
export function markersAreNumbers({ missingMarkers }: CellRules): boolean {
  return missingMarkers.some((marker) => marker !== "" && markedNumber(marker) !== null);
}

/** The number that a marker such as `-999`, `nan` or `inf` stands for in a column of numbers. */
function markedNumber(marker: string): number | null {
  if (marker === "nan") return NaN;
  const infinity = /^([+-]?)inf(inity)?$/.exec(marker);
  if (infinity !== null) return infinity[1] === "-" ? -Infinity : Infinity;
  const value = Number(marker);
  return Number.isNaN(value) ? null : value;
}

/** VARCHAR: a number as SQL writes it; `plainNumeral` is the same in JavaScript. */
function plainNumeral(text: string, comma: Comma): string {
  if (comma === "none") return text;
  const [grouped, group] = comma === "thousands" ? [groupedByComma, ","] : [groupedByPoint, "."];
  const ungrouped = `CASE WHEN contains(${text}, '${group}') AND regexp_full_match(trim(${text}), ${quoteText(grouped)}) THEN replace(${text}, '${group}', '') ELSE ${text} END`;
  return comma === "thousands" ? ungrouped : `replace(${ungrouped}, ',', '.')`;
}

/** DOUBLE: the cell as a number; null when it is missing or no number. NaN and infinity stay what they are. */
export function cellNumber(reading: CellReading, rules: CellRules): string {
  const { sql, storage } = reading;
  if (storage === "text") {
    const text = reading.sqlType === "JSON" ? cellText(reading) : sql;
    const number = `TRY_CAST(${plainNumeral(text, rules.comma)} AS DOUBLE)`;
    // A failing cast takes a hundred times as long as a look at the first character (digits, signs, point and space
    // come before ":").
    const tried = `CASE WHEN ${text} < ':' THEN ${number} WHEN lower(${text}) IN ('nan', 'inf', 'infinity') THEN ${number} END`;
    if (!markersAreNumbers(rules)) return reading.allNumbers === true ? number : tried;
    return `CASE WHEN NOT ${cellIsMissing(reading, rules)} THEN ${tried} END`;
  }
  if (storage === "number" || storage === "boolean") {
    const number = `CAST(${sql} AS DOUBLE)`;
    const missing = cellIsMissing(reading, rules);
    return missing === `(${sql} IS NULL)` ? number : `CASE WHEN ${missing} THEN NULL ELSE ${number} END`;
  }
  return "NULL::DOUBLE";
}

/** DOUBLE: the date as days since 1970-01-01, with the time of day as fraction; null when it is no date. `dateReader` is the same in JavaScript. */
export function cellDays(reading: CellReading, rules: CellRules): string {
  const { sql, storage, dateFormat } = reading;
  if (storage === "date") return `epoch(${sql}) / 86400`;
  if (storage !== "text" || dateFormat === null) return "NULL::DOUBLE";
  const text = cellText(reading);
  const moment =
    dateFormat === "iso"
      ? `TRY_CAST(${text} AS TIMESTAMP)`
      : `try_strptime(${text}, ${quoteText(dateFormat)})`;
  return `CASE WHEN ${cellIsMissing(reading, rules)} THEN NULL ELSE epoch(${moment}) / 86400 END`;
}
