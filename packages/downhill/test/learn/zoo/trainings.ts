/** The tables and models that the animals of the zoo are made of. */
import { tensor } from "downhill";
import {
  type AnyEstimator,
  LinearRegression,
  loadModel,
  type MatrixData,
  MLPRegressor,
  saveModel,
} from "downhill/learn";
import { readTable } from "../tables.ts";

export type Label = number | string;

/** What is fitted, and on what. */
export interface Training {
  readonly model: AnyEstimator;
  readonly X: MatrixData;
  readonly y: readonly Label[];
  readonly options?: object;
}

const numbersOf = (y: readonly string[]): number[] => {
  const values = y.map(Number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
};

/** 442 rows, 10 columns; raw they are up to 200 large. */
export const raw = readTable("diabetes");
export const diabetes = readTable("diabetes", { preprocessing: "standardise" });
export const progression = numbersOf(diabetes.y);
export const rawProgression = diabetes.y.map(Number);
export const cancer = readTable("breast_cancer", { preprocessing: "standardise" });
export const wine = readTable("wine", { preprocessing: "standardise" });
export const rawWine = readTable("wine");

export const linear = (options: object, X = diabetes.X, y: readonly number[] = progression): Training => ({
  model: new LinearRegression({ solver: "sgd", ...options }),
  X,
  y,
});

export const network = (options: object, X = diabetes.X, y: readonly number[] = progression): Training => ({
  model: new MLPRegressor({ hiddenLayerSizes: [32], ...options }),
  X,
  y,
});

/** The table with one cell changed. */
export const withCell = (
  X: readonly (readonly number[])[],
  row: number,
  column: number,
  value: number,
): number[][] => X.map((cells, i) => cells.map((cell, j) => (i === row && j === column ? value : cell)));

/** A fitted network as it comes back from a file in which something went wrong. */
export const spoilt = (
  model: AnyEstimator,
  change: (name: string, value: number) => number,
  options: object,
): AnyEstimator => {
  const { config, tensors } = saveModel(model);
  const changed = Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape, dtype }]) => [
      name,
      tensor(
        Array.from(data, (value) => change(name, value)),
        { dtype },
      ).reshape(shape),
    ]),
  );
  return loadModel({
    config: { ...config, options: { ...(config.options as object), ...options } },
    tensors: changed,
  });
};

/** The member of a union of this kind. */
export type Found<F, K> = Extract<F, { kind: K }>;
