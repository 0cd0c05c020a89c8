import type { NumberPlan, OneHotPlan } from "./plan.ts";
import type { CategoryStatistics, NumberStatistics } from "./statistics.ts";

/** What stands in for a missing number: the mean or median of the training rows, or a number of the user's. */
export type Fill = "mean" | "median" | number;

/** What is to become of a column before its numbers are known. */
export interface ColumnChoice {
  readonly as: "number" | "date" | "category";
  /** The user asked for `as`. */
  readonly forced: boolean;
  readonly dropped: boolean;
  readonly fill: Fill;
  readonly standardise: boolean;
  readonly maxLevels: number;
  readonly minLevelRows: number;
}

/** What of a column of the table counts here. */
export interface PlannedColumn {
  readonly name: string;
  /** `strptime` format of dates held as text, or `iso`; null where there are none. */
  readonly dateFormat: string | null;
}

export interface Dropped {
  readonly name: string;
  readonly reason: string;
}

export function planNumber(
  column: PlannedColumn,
  choice: ColumnChoice,
  statistics: NumberStatistics,
  trainingRows: number,
): NumberPlan | Dropped {
  const { name } = column;
  const { count, mean, deviation, least, greatest, median } = statistics;
  if (mean === null || deviation === null) return { name, reason: "missing in every training row" };
  if (least === greatest || deviation === 0) {
    const value = choice.as === "date" ? "the same day" : String(least);
    return { name, reason: `constant: ${value} in every training row` };
  }
  const fill = choice.fill === "mean" ? mean : choice.fill === "median" ? (median ?? mean) : choice.fill;
  return {
    encoding: "number",
    name,
    holds: choice.as === "date" ? "date" : "number",
    dateFormat: choice.as === "date" ? column.dateFormat : null,
    fill,
    fillRule: typeof choice.fill === "number" ? "given" : choice.fill,
    missing: trainingRows - count,
    mean,
    deviation,
    standardised: choice.standardise,
  };
}

export function planOneHot(
  column: PlannedColumn,
  choice: ColumnChoice,
  statistics: CategoryStatistics,
  trainingRows: number,
): OneHotPlan | Dropped {
  const { name } = column;
  const { count, levels } = statistics;
  const missing = trainingRows - count;
  const first = levels[0];
  if (first === undefined) return { name, reason: "missing in every training row" };
  if (levels.length === 1 && missing === 0) {
    return { name, reason: `constant: ${JSON.stringify(first.level)} in every training row` };
  }
  if (levels.length > choice.maxLevels && !choice.forced) {
    const reason =
      levels.length > count / 2
        ? "a different text in almost every row"
        : `${levels.length} different texts, more than ${choice.maxLevels} categories`;
    return { name, reason };
  }
  const isRare = (rows: number): boolean => rows < choice.minLevelRows && rows < trainingRows / 100;
  const frequent = levels.filter((level) => !isRare(level.count));
  // Where every category is rare, the most frequent of them still say more than none.
  const kept = (frequent.length > 0 ? frequent : levels).slice(0, choice.maxLevels);
  return {
    encoding: "one-hot",
    name,
    levels: kept.map(({ level }) => level),
    counts: kept.map((level) => level.count),
    others: levels.slice(kept.length).map(({ level }) => level),
    missing,
  };
}
