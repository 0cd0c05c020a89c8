/** Categories as numbers. */
import { isRow, wrap } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { distinctLabels, labelsOf } from "../labels.ts";
import { requireOneOf, withDefaults } from "../options.ts";
import { type Cell, type CellRows, columnsOf } from "./table.ts";
import { FittedTransformer, inputNames } from "./transformer.ts";

export interface OneHotEncoderOptions {
  /** What becomes of a category that `fit` did not meet: an error, or zeros in all columns of its own. */
  readonly handleUnknown: "error" | "ignore";
  /** `"first"`: the first category of each column has no column of its own, so that none follows from the others. */
  readonly drop: "first" | null;
}

/** The categories of each column of X. */
export interface Categories {
  readonly categories: readonly (readonly Cell[])[];
}

/** X by columns, checked to be regular. */
const cellsByColumn = (operation: string, X: CellRows | Tensor, expected?: number): Cell[][] => {
  const columns = columnsOf(operation, X).length;
  if (expected !== undefined && columns !== expected)
    throw new ShapeError(operation, `X has ${columns} columns, but the encoder was fitted with ${expected}`);
  if (X instanceof Tensor) {
    const cells = labelsOf(X);
    return Array.from({ length: columns }, (_, column) => cells.filter((_, i) => i % columns === column));
  }
  const odd = X.findIndex((row) => !isRow(row) || row.length !== columns);
  if (odd >= 0)
    throw new ShapeError(
      operation,
      `X[${odd}] has ${isRow(X[odd]) ? `${X[odd].length} cells` : "no cells"}, X[0] has ${columns}`,
    );
  return Array.from({ length: columns }, (_, column) => X.map((row) => row[column]!));
};

/**
 * A column of zeros and ones for each category of each column of X, 1 where the cell is that category. Categories are sorted:
 * numbers by size, text by code units, false before true.
 */
export class OneHotEncoder extends FittedTransformer<CellRows | Tensor, Categories> {
  override readonly kind = "OneHotEncoder";
  readonly options: OneHotEncoderOptions;

  constructor(options: Partial<OneHotEncoderOptions> = {}) {
    super();
    this.options = withDefaults<OneHotEncoderOptions>(
      this.kind,
      { handleUnknown: "error", drop: null },
      options,
    );
    requireOneOf(this.kind, "handleUnknown", this.options.handleUnknown, ["error", "ignore"]);
    if (this.options.drop !== null) requireOneOf(this.kind, "drop", this.options.drop, ["first"]);
  }

  /** The categories of each column of X, sorted; with `drop` also those that are dropped. */
  get categories(): readonly (readonly Cell[])[] {
    return this.known("categories").categories;
  }

  /** How many columns X has. */
  get nFeatures(): number {
    return this.known("nFeatures").categories.length;
  }

  private get dropped(): number {
    return this.options.drop === null ? 0 : 1;
  }

  /** @internal */
  protected override learn(X: CellRows | Tensor): Categories {
    const operation = `${this.kind}.fit`;
    return {
      categories: cellsByColumn(operation, X).map((cells, column) =>
        distinctLabels(operation, cells, {
          all: `column ${column} of X`,
          at: (row) => `X[${row}][${column}]`,
        }),
      ),
    };
  }

  /**
   * Zeros and ones: [rows, columns] in float64, in the order of `getFeatureNamesOut`.
   *
   * @throws ArgumentError at a category that `fit` did not meet, unless they are ignored.
   */
  override transform(X: CellRows | Tensor): Tensor {
    const operation = `${this.kind}.transform`;
    const { categories } = this.known("transform");
    const cells = cellsByColumn(operation, X, categories.length);
    const rows = cells[0]!.length;
    const { dropped } = this;
    const width = categories.reduce((sum, { length }) => sum + length - dropped, 0);
    const values = new Float64Array(rows * width);
    let start = 0;
    categories.forEach((known, column) => {
      const indices = new Map(known.map((category, i) => [category, i]));
      cells[column]!.forEach((cell, row) => {
        const index = indices.get(cell) ?? this.unknown(operation, cell, row, column, known);
        if (index >= dropped) values[row * width + start + index - dropped] = 1;
      });
      start += known.length - dropped;
    });
    return wrap(values, [rows, width], "float64");
  }

  /** An index that has no column. */
  private unknown(
    operation: string,
    cell: unknown,
    row: number,
    column: number,
    known: readonly Cell[],
  ): number {
    const isMissing = cell === undefined || cell === null;
    if (this.options.handleUnknown === "ignore" && !isMissing) return -1;
    const shown = known.slice(0, 6).map((category) => JSON.stringify(category));
    throw new ArgumentError(
      operation,
      `X[${row}][${column}] is ${JSON.stringify(cell) ?? "missing"}, which is none of the categories ` +
        `${shown.join(", ")}${known.length > 6 ? `, … (${known.length} in all)` : ""}; ` +
        (isMissing
          ? "fill in or leave out such rows"
          : `with handleUnknown: "ignore" it becomes zeros throughout`),
    );
  }

  /** The categories of rows of zeros and ones; null where a row has no 1 and no category is dropped. */
  inverseTransform(encoded: Tensor): (Cell | null)[][] {
    const { categories } = this.known("inverseTransform");
    const { dropped } = this;
    const width = categories.reduce((sum, { length }) => sum + length - dropped, 0);
    const [rows, columns] = encoded.shape;
    if (encoded.rank !== 2 || columns !== width)
      throw new ShapeError(
        `${this.kind}.inverseTransform`,
        `there must be ${width} columns, one for each category`,
        [encoded.shape],
      );
    return Array.from({ length: rows! }, (_, row) => {
      let start = row * width;
      return categories.map((known) => {
        const cells = encoded.data.subarray(start, (start += known.length - dropped));
        const index = cells.findIndex((cell) => cell !== 0);
        return index >= 0 ? known[index + dropped]! : dropped === 1 ? known[0]! : null;
      });
    });
  }

  /** `island_Biscoe`, `island_Dream`, …: the column's name and the category. */
  override getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    const { categories } = this.known("getFeatureNamesOut");
    const names = inputNames(`${this.kind}.getFeatureNamesOut`, categories.length, inputFeatures);
    return categories.flatMap((known, column) =>
      known.slice(this.dropped).map((category) => `${names[column]!}_${String(category)}`),
    );
  }
}
