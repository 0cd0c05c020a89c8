/** One row of a table, with what the plan makes of each cell. */
import { featureNamesOf } from "downhill-model/plan";
import type { ColumnPlan, Plan } from "downhill-model/plan";
import type { Matrix } from "downhill-model/prepared";
import { applyPreprocessing } from "./applyPreprocessing.ts";
import { cellText } from "./cells.ts";
import { DataError } from "./DataError.ts";
import { queryRows } from "./database.ts";
import type { Cell } from "./database.ts";
import { encodeColumn, encodeTarget, missingCode, planRules, unseenCode } from "./encode.ts";
import { findColumn, requireColumn } from "./table.ts";
import type { Table } from "./table.ts";

/** How a cell became a number that models take. */
export type CellTreatment =
  | {
      readonly kind: "number";
      /** In the cell, or in its place. */
      readonly number: number;
      readonly scale: { readonly mean: number; readonly deviation: number } | null;
      /** The rule by which a missing cell was filled. */
      readonly filled: string | null;
    }
  | { readonly kind: "category"; readonly state: "known" | "other" | "missing" | "unseen" };

/** A number that models take, and where it comes from. */
export interface RowFeature {
  readonly name: string;
  /** As it stands in the table; null if it is missing. */
  readonly cell: string | null;
  readonly treatment: CellTreatment;
}

export interface Row {
  readonly features: readonly RowFeature[];
  readonly matrix: Matrix;
  /** Why the true answer is not known; null if it is, in the matrix. */
  readonly unknown: "no column" | "missing" | null;
}

function treatmentOf(column: ColumnPlan, value: Cell): CellTreatment {
  if (column.encoding === "number") {
    const { mean, deviation, standardised, fill, fillRule } = column;
    return {
      kind: "number",
      number: (value as number | null) ?? fill,
      scale: standardised ? { mean, deviation } : null,
      filled: value === null ? fillRule : null,
    };
  }
  const code = value as number;
  if (code < 0) return { kind: "category", state: code === unseenCode ? "unseen" : "missing" };
  return { kind: "category", state: code < column.levels.length ? "known" : "other" };
}

/** The cells that a plan reads and the target's, each as text and as what the plan takes it for before scaling. */
async function readCells(
  plan: Plan,
  table: Table,
  row: number,
): Promise<{ features: RowFeature[]; target: Cell }> {
  const rules = planRules(plan, table);
  const target = findColumn(table, plan.target.column);
  const expressions = plan.columns.flatMap((column) => {
    const input = requireColumn(table, column.name);
    const raw = column.encoding === "number" ? { ...column, standardised: false } : column;
    return [cellText(input), encodeColumn(plan, table, raw, input)];
  });
  expressions.push(target === null ? "NULL" : encodeTarget(plan.target, rules, target));
  const sql = `SELECT ${expressions.join(", ")} FROM source WHERE row = ${row}`;
  const [cells = []] = await queryRows(table.connection, sql);
  const features = plan.columns.flatMap((column, i) => {
    const value = cells[2 * i + 1] ?? null;
    const isMissing = column.encoding === "number" ? value === null : value === missingCode;
    const cell = isMissing ? null : ((cells[2 * i] ?? null) as string | null);
    const treatment = treatmentOf(column, value);
    return featureNamesOf(column).map((name): RowFeature => ({ name, cell, treatment }));
  });
  return { features, target: cells[2 * plan.columns.length] ?? null };
}

/**
 * @param row - from 0
 * @throws DataError when there is no such row or column, and for a cell that the plan cannot take (file, line, column).
 */
export async function readRow(
  plan: Plan,
  table: Table,
  row: number,
  dtype: "float32" | "float64",
): Promise<Row> {
  if (row >= table.rows) {
    throw new DataError(
      `${table.path}: there is no row ${row + 1}`,
      `rows are counted from 1, without the header; the last one is ${table.rows}`,
      { file: table.path },
    );
  }
  const hasTarget = findColumn(table, plan.target.column) !== null;
  // The matrix first: it says what is wrong with a table or a cell.
  const options = { rows: [row], dtype };
  const plain = await applyPreprocessing(plan, table, options);
  const { features, target } = await readCells(plan, table, row);
  const isMissing = target === null || (plan.target.task === "classification" && target === missingCode);
  if (isMissing) return { features, matrix: plain, unknown: hasTarget ? "missing" : "no column" };
  const matrix = await applyPreprocessing(plan, table, { ...options, target: true });
  return { features, matrix, unknown: null };
}
