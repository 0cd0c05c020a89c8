import type { CategoryStatistics, NumberStatistics } from "downhill-model/statistics";
import { cellDays, cellIsMissing, cellNumber, cellText } from "./cells.ts";
import type { Cell } from "./database.ts";
import { queryRows } from "./database.ts";
import { cellRules } from "./requireNumbers.ts";
import { selectRows } from "./rowSelection.ts";
import type { Column, Table } from "./table.ts";

export interface StatisticsRequest {
  readonly column: Column;
  readonly as: "number" | "date" | "category";
  readonly median: boolean;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** SQL of the value that the statistics are of; null when missing. */
export function requestedValue(table: Table, { column, as }: StatisticsRequest): string {
  const rules = cellRules(table);
  if (as === "number") return cellNumber(column, rules);
  if (as === "date") return cellDays(column, rules);
  return `CASE WHEN ${cellIsMissing(column, rules)} THEN NULL ELSE ${cellText(column)} END`;
}

function aggregates(request: StatisticsRequest, value: string): string[] {
  if (request.as === "category") return [`count(${value})`, `histogram(${value})`];
  const median = request.median ? `median(${value})` : "NULL";
  return [
    `count(${value})`,
    `favg(${value})`, // with Kahan's correction
    `stddev_pop(${value})`, // Welford's algorithm
    `min(${value})`,
    `max(${value})`,
    median,
  ];
}

/** A histogram is a map, which comes as a list of its entries. */
function levelsOf(histogram: Cell): { level: string; count: number }[] {
  const entries = (histogram ?? []) as { key: string; value: bigint }[];
  const levels = entries.map(({ key, value }) => ({ level: key, count: Number(value) }));
  return levels.sort((a, b) => b.count - a.count || compareTexts(a.level, b.level));
}

/** Statistics of the given rows (null: all), for all columns in one pass over the table. */
export async function computeStatistics(
  table: Table,
  requests: readonly StatisticsRequest[],
  rows: ArrayLike<number> | null,
): Promise<(NumberStatistics | CategoryStatistics)[]> {
  if (requests.length === 0) return [];
  const values = requests.map((request, i) => `${requestedValue(table, request)} AS v${i}`);
  const columns = requests.flatMap((request, i) => aggregates(request, `v${i}`));
  const [row = []] = await queryRows(
    table.connection,
    `SELECT ${columns.join(", ")} FROM (SELECT ${values.join(", ")} FROM source WHERE ${selectRows(rows, table.rows)})`,
  );
  let next = 0;
  const number = (): number | null => row[next++] as number | null;
  return requests.map((request): NumberStatistics | CategoryStatistics => {
    const count = Number(row[next++]);
    if (request.as === "category") return { count, levels: levelsOf(row[next++] ?? null) };
    return {
      count,
      mean: number(),
      deviation: number(),
      least: number(),
      greatest: number(),
      median: number(),
    };
  });
}
