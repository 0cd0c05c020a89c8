/** Functions that are made of many operations: linear algebra, layers. */
import * as d from "downhill";
import type { Tensor } from "downhill";
import { cholesky, solve, solveTriangular } from "downhill/linalg";
import { axisOf, type Operation, withAxes } from "./choices.ts";

/** A positive definite matrix of a value's numbers, far from singular. */
const definite = (x: Tensor): Tensor => {
  const side = x.shape.at(-1)!;
  const rows = x.sin().reshape(-1, side);
  return d
    .matmul(rows.transpose(), rows)
    .div(rows.shape[0]!)
    .add(d.eye(side, side, { dtype: x.dtype }));
};

export const linearAlgebra: Readonly<Record<string, Operation>> = {
  cholesky: (choices) => {
    const x = withAxes(choices);
    return x && cholesky(definite(x));
  },
  solve: (choices) => {
    const x = withAxes(choices);
    if (!x) return undefined;
    const right = choices.valueWhere((value) => value.rank === 1 && value.size === x.shape.at(-1));
    return solve(definite(x), right ?? x.sin().reshape(-1, x.shape.at(-1)!).mean(0));
  },
  solveTriangular: (choices) => {
    const x = withAxes(choices);
    return (
      x &&
      solveTriangular(definite(x), x.sin().reshape(-1, x.shape.at(-1)!).sum(0), {
        lower: choices.below(2) === 0,
      })
    );
  },
};

/** What has come since: orders, windows, normalisations. */
export const layers: Readonly<Record<string, Operation>> = {
  cumprod: (choices) => {
    const x = withAxes(choices);
    return x && d.cumprod(x.sin().mul(0.05).add(0.95), axisOf(choices, x));
  },
  sort: (choices) => {
    const x = withAxes(choices);
    return x && d.sort(x, axisOf(choices, x));
  },
  einsum: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 2);
    return (
      x && choices.of([d.einsum("ij,kj->ik", x, x), d.einsum("ij->ji", x), d.einsum("ij,ij->j", x, x.cos())])
    );
  },
  layerNorm: (choices) => {
    const x = withAxes(choices);
    return x && d.layerNorm(x.sin().add(d.arange(x.shape.at(-1)!).astype(x.dtype)));
  },
  conv1d: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 1 && value.size >= 2);
    if (!x) return undefined;
    const kernel = x.sin().slice([0, 2]).reshape(1, 1, 2);
    return d.conv1d(x.reshape(1, 1, -1), kernel, { padding: choices.of([0, 1]) });
  },
  avgPool1d: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 1 && value.size >= 2);
    return x && d.avgPool1d(x.reshape(1, 1, -1), 2, { stride: 1 });
  },
};
