/** The tables of examples/data, as rows of numbers with their targets. */
import { readFileSync } from "node:fs";

/** Columns as they are, with mean 0 and deviation 1, or with mean 0 and a sum of squares of 1. */
export type Preprocessing = "none" | "standardise" | "unit_norm";

export interface TableOptions {
  readonly columns?: "all" | readonly string[];
  /** Only rows with these targets. */
  readonly classes?: readonly string[];
  readonly preprocessing?: Preprocessing;
}

export interface Table {
  readonly X: number[][];
  /** The last column, as text. */
  readonly y: string[];
}

const prepared = (rows: number[][], preprocessing: Preprocessing): number[][] => {
  if (preprocessing === "none") return rows;
  const count = rows.length;
  const scales = rows[0]!.map((_, column) => {
    const mean = rows.reduce((sum, row) => sum + row[column]!, 0) / count;
    const squares = rows.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0);
    const size = Math.sqrt(preprocessing === "standardise" ? squares / count : squares);
    return { mean, size: size === 0 ? 1 : size };
  });
  return rows.map((row) => row.map((value, column) => (value - scales[column]!.mean) / scales[column]!.size));
};

export const readTable = (
  name: string,
  { columns = "all", classes, preprocessing = "none" }: TableOptions = {},
): Table => {
  const text = readFileSync(new URL(`../../../../examples/data/${name}.csv`, import.meta.url), "utf8");
  const [header, ...lines] = text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const rows = lines.filter((cells) => classes === undefined || classes.includes(cells.at(-1)!));
  const positions =
    columns === "all"
      ? header!.slice(0, -1).map((_, i) => i)
      : columns.map((column) => header!.indexOf(column));
  return {
    X: prepared(
      rows.map((cells) => positions.map((position) => Number(cells[position]))),
      preprocessing,
    ),
    y: rows.map((cells) => cells.at(-1)!),
  };
};
