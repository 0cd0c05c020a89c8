/** Functions whose curvature is known or can be computed densely. */
import { nn, random, softplus, tanh, tensor, type Tensor } from "downhill";
import { readTable } from "../learn/tables.ts";
import type { Matrix } from "./dense.ts";

export const vector = (values: ArrayLike<number>): Tensor => tensor(Float64Array.from(values));

export const matrix = (rows: Matrix): Tensor =>
  tensor(Float64Array.from(rows.flat()), { shape: [rows.length, rows[0]!.length] });

/** Standard normal numbers. */
export const normals = (seed: number, count: number): number[] => [
  ...random.normal(random.key(seed), [count], { dtype: "float64" }).data,
];

/** A random symmetric matrix with these eigenvalues: Householder reflections of a diagonal one. */
export const withEigenvalues = (values: readonly number[], seed: number): number[][] => {
  const size = values.length;
  const a = values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
  for (let reflection = 0; reflection < 3; reflection++) {
    const v = normals(1000 * seed + reflection, size);
    const scale = 2 / v.reduce((sum, x) => sum + x * x, 0);
    const side = (
      apply: (i: number, j: number, change: number) => void,
      read: (i: number, j: number) => number,
    ) => {
      for (let j = 0; j < size; j++) {
        const along = scale * v.reduce((sum, x, i) => sum + x * read(i, j), 0);
        for (let i = 0; i < size; i++) apply(i, j, along * v[i]!);
      }
    };
    side(
      (i, j, change) => (a[i]![j]! -= change),
      (i, j) => a[i]![j]!,
    );
    side(
      (i, j, change) => (a[j]![i]! -= change),
      (i, j) => a[j]![i]!,
    );
  }
  return a.map((row, i) => row.map((x, j) => (x + a[j]![i]!) / 2));
};

/** ½·xᵀ·A·x. */
export const quadratic = (A: Matrix): ((x: Tensor) => Tensor) => {
  const a = matrix(A);
  return (x) => x.dot(a.dot(x)).mul(0.5);
};

export interface LogisticParameters {
  readonly b: Tensor;
  readonly w: Tensor;
}

/** Mean log loss of rows X and labels 0 or 1, and a penalty that makes its minimum unique. */
export const logistic = (X: Tensor, y: Tensor, penalty: number): ((params: LogisticParameters) => Tensor) => {
  return ({ b, w }) => {
    const z = X.matmul(w).add(b);
    return softplus(z)
      .sub(y.mul(z))
      .mean()
      .add(
        w
          .square()
          .sum()
          .mul(penalty / 2),
      );
  };
};

/** Versicolor or virginica? */
export const irisLogistic = (): ((params: LogisticParameters) => Tensor) => {
  const { X, y } = readTable("iris", { classes: ["versicolor", "virginica"], preprocessing: "standardise" });
  return logistic(matrix(X), vector(y.map((label) => Number(label === "virginica"))), 0.01);
};

/** The cross-entropy of a network 4-5-3 on all of iris at random weights: curved upwards and downwards. */
export const irisNetwork = (): {
  readonly loss: (params: nn.MlpParams) => Tensor;
  readonly params: nn.MlpParams;
} => {
  const { X, y } = readTable("iris", { preprocessing: "standardise" });
  const classes = ["setosa", "versicolor", "virginica"];
  const labels = tensor(Int32Array.from(y, (label) => classes.indexOf(label)));
  const network = nn.mlp([4, 5, 3], { activation: tanh });
  const data = matrix(X);
  return {
    loss: (params) => nn.softmaxCrossEntropy(network.apply(params, data), labels),
    params: network.init(random.key(3), { dtype: "float64" }),
  };
};
