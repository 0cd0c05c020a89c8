import { areAnswers } from "downhill-model/answers";
import type { ColumnPlan, NumberPlan, Plan } from "downhill-model/plan";
import { cellDays, cellIsMissing, cellNumber, cellText } from "./cells.ts";
import type { CellReading, CellRules } from "./cells.ts";
import { cellRules } from "./requireNumbers.ts";
import { doubleLiteral, quoteText } from "./sql.ts";
import type { Column, Table } from "./table.ts";

/** Codes in the place of a category's index. */
export const missingCode = -1;
export const unseenCode = -2;

/** The markers of the plan and those of the table at hand both mean "missing". */
export function planRules(plan: Plan, table: Table): CellRules {
  const rules = cellRules(table);
  return { ...rules, missingMarkers: [...new Set([...plan.missingMarkers, ...rules.missingMarkers])] };
}

/** What a column of the plan is read as, whatever it looks like in the table at hand. */
function readingOf(column: Column, plan: ColumnPlan): CellReading {
  if (plan.encoding !== "number" || plan.holds !== "date") return column;
  return { ...column, dateFormat: plan.dateFormat ?? column.dateFormat ?? "iso" };
}

/**
 * INTEGER: index of the cell's text in `texts`; missingCode, unseenCode. `TRUE` is `true`, unless the texts tell them
 * apart.
 */
function textCode(reading: CellReading, rules: CellRules, texts: readonly string[]): string {
  const isFolded = areAnswers(texts);
  const known = isFolded ? texts.map((text) => text.toLowerCase()) : texts;
  const text = isFolded ? `lower(${cellText(reading)})` : cellText(reading);
  const type = `ENUM(${known.map(quoteText).join(", ")})`; // looked up by hash
  const code = `coalesce(enum_code(TRY_CAST(${text} AS ${type}))::INTEGER, ${unseenCode})`;
  return `CASE WHEN ${cellIsMissing(reading, rules)} THEN ${missingCode} ELSE ${code} END`;
}

/** DOUBLE: the number or the days; null when missing, NaN when the cell is neither missing nor a number. */
function plannedNumber(reading: CellReading, rules: CellRules, holds: NumberPlan["holds"]): string {
  const value = holds === "date" ? cellDays(reading, rules) : cellNumber(reading, rules);
  if (reading.storage !== "text" || (reading.allNumbers === true && holds === "number")) return value;
  return `CASE WHEN ${cellIsMissing(reading, rules)} THEN NULL ELSE coalesce(${value}, 'nan'::DOUBLE) END`;
}

/** SQL of what a column's features are made from: a standardised DOUBLE, or a category's INTEGER code. */
export function encodeColumn(plan: Plan, table: Table, column: ColumnPlan, input: Column): string {
  const rules = planRules(plan, table);
  const reading = readingOf(input, column);
  if (column.encoding === "one-hot") return textCode(reading, rules, [...column.levels, ...column.others]);
  const value = plannedNumber(reading, rules, column.holds);
  if (!column.standardised) return value;
  return `(${value} - ${doubleLiteral(column.mean)}) / ${doubleLiteral(column.deviation)}`;
}

/** The feature's value for a missing cell. */
export function filledFeature(column: NumberPlan): number {
  return column.standardised ? (column.fill - column.mean) / column.deviation : column.fill;
}

/** SQL of the target: DOUBLE (null when missing, NaN when no number), or the INTEGER code of its class. */
export function encodeTarget(target: Plan["target"], rules: CellRules, input: Column): string {
  if (target.task === "regression") return plannedNumber(input, rules, "number");
  const numbers = target.classes.filter((value) => typeof value === "number");
  if (numbers.length < target.classes.length) return textCode(input, rules, target.classes.map(String));
  const position = `list_position([${numbers.map(doubleLiteral).join(", ")}], ${cellNumber(input, rules)})`;
  const code = `coalesce(${position}::INTEGER - 1, ${unseenCode})`;
  return `CASE WHEN ${cellIsMissing(input, rules)} THEN ${missingCode} ELSE ${code} END`;
}
