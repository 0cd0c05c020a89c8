/** The fits of test/golden/models.json. */
import { readGolden } from "../golden-helpers/golden.ts";
import { type Preprocessing, readTable, type Table } from "./tables.ts";

export interface GoldenFit {
  readonly id: string;
  readonly model: string;
  readonly dataset: string;
  readonly rows: "all" | { readonly modulo: number; readonly keep: readonly number[] };
  readonly columns: "all" | readonly string[];
  readonly classes?: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly hyperparameters: { readonly alpha?: number; readonly l1_ratio?: number; readonly C?: number };
  readonly n_rows: number;
  readonly n_columns: number;
  readonly coefficients: readonly number[] | readonly (readonly number[])[];
  readonly intercept: number | readonly number[];
  readonly objective: number;
  readonly nonzero?: number;
  readonly mean_squared_error?: number;
  readonly r2?: number;
  readonly predictions_first_rows?: readonly number[];
  readonly train_accuracy?: number;
  readonly train_correct?: number;
  readonly mean_log_loss?: number;
  readonly probabilities_first_rows?: readonly number[] | readonly (readonly number[])[];
}

export const goldenFits = readGolden<{ readonly fits: readonly GoldenFit[] }>("models").fits;

/** The rows that a fit was made of. */
export const tableOf = ({ dataset, rows, columns, classes, preprocessing }: GoldenFit): Table => {
  if (rows !== "all") throw new Error("a choice of rows is not read here");
  return readTable(dataset, { columns, preprocessing, ...(classes && { classes }) });
};
