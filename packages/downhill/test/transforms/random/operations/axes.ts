/** Operations along axes: reductions, running sums, products. */
import * as d from "downhill";
import type { Tensor } from "downhill";
import * as p from "../../../../src/primitives/index.ts";
import { sameShape, type Shape } from "../../../../src/tensor/shape.ts";
import { axisOf, into, nonEmpty, type Operation, someAxes, unit, withAxes } from "./choices.ts";

export const reductions: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries({
    sum: d.sum,
    mean: d.mean,
    max: d.max,
    min: d.min,
    prod: d.prod,
    logsumexp: d.logsumexp,
    variance: d.variance,
    // Away from the zero vector and from equal values, where they have kinks.
    std: (x: Tensor, options: d.ReductionOptions) => d.variance(x, options).add(0.5).sqrt(),
    norm: (x: Tensor, options: d.ReductionOptions) => d.norm(d.exp(into(x, unit, 0)), options),
  }).map(([name, reduce]): [string, Operation] => [
    `reduce ${name}`,
    (choices) => {
      const x = nonEmpty(choices);
      return x && reduce(x, { axis: someAxes(choices, x), keepdims: choices.below(2) === 1 });
    },
  ]),
);

export const alongAxis: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries({
    softmax: d.softmax,
    logSoftmax: d.logSoftmax,
    cumsum: d.cumsum,
    "cumsum from the end": (x: Tensor, axis: number) => p.cumsum(x, axis, true),
    flip: (x: Tensor, axis: number) => d.flip(x, axis),
    "element of the largest": (x: Tensor, axis: number) =>
      d.takeAlongAxis(x, d.argmax(x, axis).expandDims(axis), axis).squeeze(axis),
    "mask of the smallest": (x: Tensor, axis: number) =>
      d.moveaxis(d.oneHot(d.argmin(x, axis), x.shape[axis]!, x.dtype), -1, axis).mul(x),
  }).map(([name, f]): [string, Operation] => [
    name,
    (choices) => {
      const x = withAxes(choices);
      return x && f(x, axisOf(choices, x));
    },
  ]),
);

/** Axes of two operands with equal lengths, one pair for each. */
const equalAxes = (a: Shape, b: Shape): [number, number][] =>
  a.flatMap((length, i) => b.flatMap((other, j): [number, number][] => (length === other ? [[i, j]] : [])));

export const products: Readonly<Record<string, Operation>> = {
  dot: (choices) => {
    const [a, b] = [choices.value(), choices.value()];
    const pairs = equalAxes(a.shape, b.shape);
    const summed = pairs.length === 0 ? undefined : choices.of([...pairs, undefined]);
    const rest = pairs.filter(([i, j]) => i !== summed?.[0] && j !== summed?.[1]);
    const along = rest.length === 0 || choices.below(2) === 0 ? undefined : choices.of(rest);
    const list = (pair: [number, number] | undefined, side: 0 | 1): number[] => (pair ? [pair[side]] : []);
    const saved = [summed, along].reduce((size, pair) => size * (pair ? a.shape[pair[0]]! : 1), 1);
    if ((a.size * b.size) / Math.max(1, saved) > choices.most) return undefined;
    const product = p.dot(a, b, {
      leftContract: list(summed, 0),
      rightContract: list(summed, 1),
      leftBatch: list(along, 0),
      rightBatch: list(along, 1),
    });
    return product.mul(0.5);
  },
  matmul: (choices) => {
    const a = choices.valueWhere((x) => x.rank >= 1);
    const b =
      a && choices.valueWhere((x) => x.rank >= 1 && x.shape[Math.max(0, x.rank - 2)] === a.shape.at(-1));
    if (!a || !b) return undefined;
    const other = a.rank > 2 && b.rank > 2 && !sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return other || a.size * b.size > 8 * choices.most ? undefined : d.matmul(a, b).mul(0.5);
  },
};
