/** Tables of mixed columns: each kind by a transformer of its own. */
import { concatenate } from "../../functions/shapes.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { WeightOption } from "../data.ts";
import { requireOneOf, withDefaults } from "../options.ts";
import { inPart } from "../steps.ts";
import {
  type CellRows,
  type ColumnName,
  columnsOf,
  numbersOfRows,
  selectColumns,
  type TableData,
} from "./table.ts";
import { FittedTransformer, type Transformer } from "./transformer.ts";

/** A name, what is done, and with which columns; `"passthrough"` takes numbers as they are. */
export type ColumnStep = readonly [
  name: string,
  transformer: Transformer<never> | "passthrough",
  columns: readonly ColumnName[],
];

export interface ColumnTransformerOptions {
  readonly transformers: readonly ColumnStep[];
  /** What becomes of the columns that no transformer takes. */
  readonly remainder: "drop" | "passthrough";
}

/** Fitted transformers with their columns, the remainder last. */
export interface FittedColumns {
  readonly parts: readonly ColumnStep[];
}

const partNamed = (name: string, columns: readonly ColumnName[]): string =>
  `transformer "${name}" (of the columns ${columns.slice(0, 6).join(", ")}${columns.length > 6 ? ", …" : ""})`;

/**
 * Some columns by one transformer, some by another; what they give stands side by side, in the order of `transformers`. Columns are
 * meant by position, or by name where rows are objects.
 */
export class ColumnTransformer extends FittedTransformer<TableData, FittedColumns> {
  override readonly kind = "ColumnTransformer";
  readonly options: ColumnTransformerOptions;

  constructor(
    transformers: readonly ColumnStep[],
    options: Partial<Omit<ColumnTransformerOptions, "transformers">> = {},
  ) {
    super();
    this.options = {
      transformers,
      ...withDefaults<Omit<ColumnTransformerOptions, "transformers">>(
        this.kind,
        { remainder: "drop" },
        options,
      ),
    };
    requireOneOf(this.kind, "remainder", this.options.remainder, ["drop", "passthrough"]);
    const names = transformers.map(([name]) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i || name === "remainder");
    if (twice !== undefined)
      throw new ArgumentError(
        this.kind,
        twice === "remainder"
          ? `"remainder" is the name of what is left over; give the transformer another`
          : `two transformers are named "${twice}"`,
      );
    if (transformers.length === 0)
      throw new ArgumentError(this.kind, "there must be at least one transformer");
  }

  override clone(): this {
    const { transformers, remainder } = this.options;
    const copies = transformers.map(([name, transformer, columns]): ColumnStep => [
      name,
      transformer === "passthrough" ? transformer : transformer.clone(),
      columns,
    ]);
    return new ColumnTransformer(copies, { remainder }) as this;
  }

  /** The transformers by name, as they were fitted. */
  get namedTransformers(): Readonly<Record<string, Transformer<never> | "passthrough">> {
    const { parts } = this.known("namedTransformers");
    return Object.fromEntries(parts.map(([name, transformer]) => [name, transformer]));
  }

  /** @internal */
  protected override learn(X: TableData, y: unknown, options: WeightOption): FittedColumns {
    const operation = `${this.kind}.fit`;
    const { transformers, remainder } = this.options;
    const parts = transformers.map(([name, transformer, columns]): ColumnStep => {
      const given = inPart(operation, partNamed(name, columns), () => selectColumns("columns", X, columns));
      if (transformer === "passthrough") return [name, transformer, columns];
      const fitted = transformer.clone();
      inPart(operation, partNamed(name, columns), () => fitted.fit(given as never, y, options));
      return [name, fitted, columns];
    });
    const taken = new Set(transformers.flatMap(([, , columns]) => columns));
    const left = columnsOf(operation, X).filter((column) => !taken.has(column));
    if (remainder === "drop" || left.length === 0) return { parts };
    return { parts: [...parts, ["remainder", "passthrough", left]] };
  }

  /** What the transformers give, side by side: [rows, columns]. */
  override transform(X: TableData): Tensor {
    const operation = `${this.kind}.transform`;
    const { parts } = this.known("transform");
    const found = parts.map(([name, transformer, columns]) =>
      inPart(operation, partNamed(name, columns), () => {
        const given: CellRows | Tensor = selectColumns("columns", X, columns);
        return transformer === "passthrough"
          ? numbersOfRows("passthrough", given)
          : transformer.transform(given as never);
      }),
    );
    return concatenate(found, 1);
  }

  /** `numbers__mass`, `texts__island_Biscoe`, …: the transformer's name, then what it calls its columns. */
  override getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    const { parts } = this.known("getFeatureNamesOut");
    return parts.flatMap(([name, transformer, columns]) => {
      const given = columns.map((column) =>
        typeof column === "string" ? column : (inputFeatures?.[column] ?? `x${column}`),
      );
      const names = transformer instanceof FittedTransformer ? transformer.getFeatureNamesOut(given) : given;
      return names.map((made) => `${name}__${made}`);
    });
  }
}
