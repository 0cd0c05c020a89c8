import type { DuckDBDataChunk } from "@duckdb/node-api";
import { featureNames, featureNamesOf } from "downhill-model/plan";
import type { ColumnPlan, Plan } from "downhill-model/plan";
import type { Matrix } from "downhill-model/prepared";
import { columnWriter, writeTarget } from "./columnWriter.ts";
import type { ColumnWriter } from "./columnWriter.ts";
import { DataError } from "./DataError.ts";
import { queryChunks } from "./database.ts";
import { encodeColumn, encodeTarget, missingCode, planRules } from "./encode.ts";
import { explainBadCell, explainBadTarget } from "./explainBadCell.ts";
import { findColumn } from "./table.ts";
import type { Column, Table } from "./table.ts";

export interface ApplyOptions {
  /** Rows to give (numbers from 0 in file order), in the order wanted. Default: all, in file order. */
  readonly rows?: ArrayLike<number>;
  /** Of the features (default float32). */
  readonly dtype?: "float32" | "float64";
  /** Whether `y` is wanted; a missing target is then an error. */
  readonly target?: boolean;
}

/** Texts may hold anything; but a list is no category and a date no number. */
function requireReadable(table: Table, column: Column, plan: ColumnPlan | undefined): void {
  const { storage } = column;
  const wanted = plan?.encoding === "number" ? plan.holds : "category";
  const readable = {
    number: storage === "number" || storage === "boolean",
    date: storage === "date",
    category: storage !== "nested",
  };
  if (storage === "text" || readable[wanted]) return;
  const needed = wanted === "category" ? "categories" : `${wanted}s`;
  throw new DataError(
    `${table.path}: column ${JSON.stringify(column.name)} holds ${column.sqlType}, where the model needs ${needed}`,
    "write the column as it was in the table that the model was trained on",
    { file: table.path, column: column.name },
  );
}

/** The table's columns that the plan reads, in the plan's order. */
function requireInputs(plan: Plan, table: Table): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const inputs = plan.columns.map(({ name }) => byName.get(name) ?? null);
  const absent = plan.columns.filter((_, i) => inputs[i] === null).map(({ name }) => name);
  if (absent.length === 0) {
    const columns = inputs.filter((column) => column !== null);
    columns.forEach((column, i) => requireReadable(table, column, plan.columns[i]));
    return columns;
  }
  const names = absent.map((name) => JSON.stringify(name)).join(", ");
  throw new DataError(
    `${table.path}: lacks ${absent.length === 1 ? "the column" : "the columns"} ${names}, which the model needs`,
    `its columns are ${table.columns.map(({ name }) => JSON.stringify(name)).join(", ")}`,
    { file: table.path, column: absent[0] ?? "" },
  );
}

function requireTarget(plan: Plan, table: Table): Column {
  const column = findColumn(table, plan.target.column);
  if (column !== null) return column;
  throw new DataError(
    `${table.path}: lacks the target column ${JSON.stringify(plan.target.column)}`,
    "to measure a model, the table must hold the true answers",
    { file: table.path, column: plan.target.column },
  );
}

/** Where each row of the file goes in the matrix; -1 for rows that are not wanted. Null: row i goes to i. */
function placesOf(rows: ArrayLike<number> | undefined, total: number): Int32Array | null {
  if (rows === undefined) return null;
  const places = new Int32Array(total).fill(-1);
  for (let i = 0; i < rows.length; i++) places[rows[i] ?? 0] = i;
  return places;
}

function countBy(
  plan: Plan,
  writers: readonly ColumnWriter[],
  what: "missing" | "unseen",
): Record<string, number> {
  const counts = plan.columns.map(({ name }, i) => [name, writers[i]?.[what] ?? 0] as const);
  return Object.fromEntries(counts.filter(([, cells]) => cells > 0));
}

/** A matrix that is being filled. */
interface Part {
  readonly to: { readonly places: Int32Array | null; first: number };
  readonly rows: number;
  readonly x: Float32Array | Float64Array;
  readonly y: Float64Array | Int32Array | null;
  readonly writers: readonly ColumnWriter[];
}

function emptyPart(
  plan: Plan,
  table: Table,
  wanted: ArrayLike<number> | undefined,
  { dtype, target }: Omit<ApplyOptions, "rows">,
): Part {
  const rows = wanted?.length ?? table.rows;
  const width = featureNames(plan).length;
  const x = new (dtype === "float64" ? Float64Array : Float32Array)(rows * width);
  const Targets = plan.target.task === "classification" ? Int32Array : Float64Array;
  let offset = 0;
  const writers = plan.columns.map((column) => {
    const writer = columnWriter(column, x, offset, width);
    offset += featureNamesOf(column).length;
    return writer;
  });
  const to = { places: placesOf(wanted, table.rows), first: 0 };
  return { to, rows, x, y: target === true ? new Targets(rows) : null, writers };
}

/** @throws DataError for a cell that no model can take. */
async function fill(
  { to, y, writers }: Part,
  chunk: DuckDBDataChunk,
  plan: Plan,
  table: Table,
): Promise<void> {
  for (const [i, column] of plan.columns.entries()) {
    const bad = writers[i]?.write(chunk.getColumnVector(i), to) ?? -1;
    if (bad >= 0) throw await explainBadCell(table, column, to.first + bad);
  }
  if (y !== null) {
    const targets = chunk.getColumnVector(plan.columns.length);
    const bad = writeTarget(targets, to, y);
    if (bad >= 0) {
      const cell = targets.getItem(bad);
      const isMissing = cell === null || cell === missingCode;
      throw await explainBadTarget(table, plan.target, to.first + bad, isMissing);
    }
  }
  to.first += chunk.rowCount;
}

/**
 * The same as `applyPreprocessing` for several choices of rows, in one pass over the table.
 *
 * @param parts - rows (numbers from 0 in file order) in the order wanted; undefined: all, in file order
 */
export async function applyToParts(
  plan: Plan,
  table: Table,
  parts: readonly (ArrayLike<number> | undefined)[],
  options: Omit<ApplyOptions, "rows"> = {},
): Promise<Matrix[]> {
  const inputs = requireInputs(plan, table);
  const target = options.target === true ? requireTarget(plan, table) : null;
  const expressions = plan.columns.flatMap((column, i) => {
    const input = inputs[i];
    return input === undefined ? [] : [encodeColumn(plan, table, column, input)];
  });
  if (target !== null) expressions.push(encodeTarget(plan.target, planRules(plan, table), target));

  const filled = parts.map((rows) => emptyPart(plan, table, rows, options));
  const sql = `SELECT ${expressions.join(", ")} FROM source WHERE row >= 0`;
  for await (const chunk of queryChunks(table.connection, sql, table.rows)) {
    for (const part of filled) await fill(part, chunk, plan, table);
  }
  return filled.map(({ x, y, rows, writers }) => ({
    x,
    rows,
    columns: featureNames(plan),
    y,
    unseen: countBy(plan, writers, "unseen"),
    missing: countBy(plan, writers, "missing"),
  }));
}

/**
 * Turns a table into the numbers that a model takes, by a plan made from this table or another one. The table is
 * streamed: besides the result, memory holds a few thousand rows. Columns that the plan does not know are ignored.
 *
 * @throws DataError when a column is absent, and for a cell that should be a number or a date and is none (file,
 * line, column); with `target`, also for a target that is missing or of an unknown class.
 */
export async function applyPreprocessing(
  plan: Plan,
  table: Table,
  { rows, ...options }: ApplyOptions = {},
): Promise<Matrix> {
  const [matrix] = await applyToParts(plan, table, [rows], options);
  if (matrix === undefined) throw new Error("internal: no matrix was filled");
  return matrix;
}
