/** Tables of columns of different kinds. */
import { isRow, tensor, wrap } from "../../tensor/create.ts";
import { allocate, type TypedArray } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { formatShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { NumberRows } from "../data.ts";
import type { Label } from "../labels.ts";

/** A cell: a number, or text or a boolean that tells categories apart. */
export type Cell = Label;

/** Rows of cells. */
export type CellRows = readonly (readonly Cell[] | TypedArray)[];

/** Rows as objects: cells by the names of their columns. */
export type RecordRows = readonly Readonly<Record<string, Cell>>[];

/** Rows of cells, rows as objects, or a tensor [rows, columns]. */
export type TableData = CellRows | RecordRows | Tensor;

/** A column: its position, or its name where rows are objects. */
export type ColumnName = number | string;

const isRecords = (X: CellRows | RecordRows): X is RecordRows => !isRow(X[0]);

/** @throws ShapeError if there are no rows. */
export const rowCount = (operation: string, X: TableData): number => {
  const rows = X instanceof Tensor ? (X.shape[0] ?? 0) : X.length;
  if (rows === 0) throw new ShapeError(operation, "X is empty; give it at least one row");
  return rows;
};

const columnsOfTensor = (X: Tensor, columns: readonly number[]): Tensor => {
  const [rows, width] = X.shape as readonly [number, number];
  const values = allocate(X.dtype, rows * columns.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (const column of columns) values[i++] = X.data[row * width + column]!;
  return wrap(values, [rows, columns.length], X.dtype);
};

/** How many columns there are, and what they are called where they have names. */
export const columnsOf = (operation: string, X: TableData): readonly ColumnName[] => {
  rowCount(operation, X);
  if (X instanceof Tensor) {
    if (X.rank !== 2)
      throw new ShapeError(operation, `X has shape ${formatShape(X.shape)}, but must be [rows, columns]`, [
        X.shape,
      ]);
    return Array.from({ length: X.shape[1]! }, (_, column) => column);
  }
  return isRecords(X) ? Object.keys(X[0]!) : [...X[0]!.keys()];
};

/** Some columns of a table: of a tensor as a tensor, otherwise as rows of cells. */
export const selectColumns = (
  operation: string,
  X: TableData,
  columns: readonly ColumnName[],
): CellRows | Tensor => {
  const known = columnsOf(operation, X);
  const absent = columns.find((column) => !known.includes(column));
  if (absent !== undefined)
    throw new ArgumentError(
      operation,
      typeof absent === "string" && typeof known[0] === "number"
        ? `there is no column "${absent}": rows that are no objects have columns by number, 0 to ${known.length - 1}`
        : `there is no column ${JSON.stringify(absent)}; the columns are ${known.map((name) => JSON.stringify(name)).join(", ")}`,
    );
  if (X instanceof Tensor) return columnsOfTensor(X, columns as readonly number[]);
  return (X as readonly Readonly<Record<ColumnName, Cell>>[]).map((row) =>
    columns.map((column) => row[column]!),
  );
};

/** Rows of cells that are all numbers, as a tensor of dtype float64. A tensor stays what it is. */
export const numbersOfRows = (operation: string, X: CellRows | Tensor): Tensor => {
  if (X instanceof Tensor) return X;
  const strangeIn = (row: CellRows[number]): number =>
    Array.isArray(row) ? row.findIndex((cell) => typeof cell !== "number") : -1;
  const odd = X.findIndex((row) => strangeIn(row) >= 0);
  if (odd < 0) return tensor(X as NumberRows, { dtype: "float64" });
  const column = strangeIn(X[odd]!);
  const cell: unknown = X[odd]![column];
  const isMissing = cell === undefined || cell === null;
  throw new ArgumentError(
    operation,
    `X[${odd}][${column}] is ${JSON.stringify(cell) ?? "missing"}, not a number; ` +
      (isMissing
        ? "fill in or leave out such rows"
        : "encode such columns by OneHotEncoder, in a ColumnTransformer beside the numbers"),
  );
};
