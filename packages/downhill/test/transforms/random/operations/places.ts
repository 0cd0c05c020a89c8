/** Operations that move elements about, take some and put some. */
import * as d from "downhill";
import type { Tensor } from "downhill";
import * as p from "../../../../src/primitives/index.ts";
import { allAxes, sameShape, type Shape } from "../../../../src/tensor/shape.ts";
import { draw } from "../draw.ts";
import { alike, axisOf, nonEmpty, type Operation, partner, withAxes } from "./choices.ts";

/** A length that divides, for a new shape. */
const divisors = (size: number): number[] =>
  Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);

export const movement: Readonly<Record<string, Operation>> = {
  reshape: (choices) => {
    const x = nonEmpty(choices);
    if (!x) return undefined;
    const first = choices.of(divisors(x.size));
    return choices.of([x.reshape(-1), x.reshape(first, -1), x.reshape(1, -1, first)]);
  },
  transpose: (choices) => {
    const x = choices.value();
    const rest = allAxes(x.rank);
    const order: number[] = [];
    while (rest.length > 0) order.push(...rest.splice(choices.below(rest.length), 1));
    return x.transpose(order);
  },
  slice: (choices) => {
    const x = withAxes(choices);
    return x?.slice(
      ...x.shape.map((length): [number, number, number] => {
        const start = choices.below(length);
        const step = choices.of([1, 2, -1, -2]);
        return step > 0 ? [start, start + 1 + choices.below(length), step] : [start, -length - 1, step];
      }),
    );
  },
  pad: (choices) => {
    const x = choices.value();
    if (4 * x.size > choices.most) return undefined;
    return d.pad(
      x,
      x.shape.map((): [number, number] => [choices.below(2), choices.below(2)]),
      choices.of([0, 0.7]),
    );
  },
  broadcastTo: (choices) => {
    const x = choices.value();
    return 4 * x.size > choices.most ? undefined : x.broadcastTo([choices.of([2, 3, 1]), ...x.shape]);
  },
  concatenate: (choices) => {
    const a = withAxes(choices);
    if (!a || 3 * a.size > choices.most) return undefined;
    const axis = axisOf(choices, a);
    const fits = (x: Tensor): boolean =>
      x.rank === a.rank &&
      3 * x.size <= choices.most &&
      x.shape.every((length, i) => i === axis || length === a.shape[i]);
    return d.concatenate([a, choices.valueWhere(fits) ?? a, a.sin()], axis);
  },
  stack: (choices) => {
    const a = choices.value();
    if (4 * a.size > choices.most) return undefined;
    const b = choices.valueWhere((x) => sameShape(x.shape, a.shape)) ?? a;
    return d.stack([a, b.mul(0.5)], choices.below(a.rank + 1));
  },
  triangle: (choices) => {
    const x = choices.valueWhere((value) => value.rank >= 2);
    return x && choices.of([d.tril, d.triu])(x, choices.below(3) - 1);
  },
  "expandDims and squeeze": (choices) => {
    const x = choices.value();
    return choices.of([x.expandDims(choices.below(x.rank + 1)), x.squeeze()]);
  },
};

const floats = (x: Tensor, shape: Shape): { shape: Shape; dtype: d.DType } => ({ shape, dtype: x.dtype });

export const indexing: Readonly<Record<string, Operation>> = {
  take: (choices) => {
    const x = withAxes(choices);
    if (!x) return undefined;
    const axis = axisOf(choices, x);
    const length = x.shape[axis]!;
    if (3 * x.size > choices.most) return undefined;
    return choices.below(2) === 0
      ? x.take(d.mod(choices.indices, length), axis)
      : x.take([length - 1, 0, choices.below(length)], axis);
  },
  scatterAdd: (choices) => {
    const x = withAxes(choices);
    if (!x || 3 * x.size > choices.most) return undefined;
    const axis = axisOf(choices, x);
    const indices = d.mod(choices.indices, x.shape[axis]!);
    return p.scatterAdd(x, indices, p.gather(x, indices, axis).sin(), axis);
  },
  where: (choices) => {
    const a = choices.value();
    const b = partner(choices, a);
    const [left] = alike([a, b]);
    const whole = left!.rank === 0 ? b : left!;
    const condition = draw(`where ${choices.below(4)}`, { shape: whole.shape, dtype: "bool" }, 0, 1);
    return choices.of([
      d.where(condition, a, b),
      d.where(condition, a, 0.3),
      d.where(choices.indices.sum().greater(6), a, b),
    ]);
  },
  "constant and ramp": (choices) => {
    const x = choices.value();
    const constant = draw(`constant ${choices.below(4)}`, floats(x, x.shape), -1, 1);
    const ramp = x.rank === 0 ? x : p.iota(x.shape, choices.below(x.rank), "float32").astype(x.dtype);
    return choices.of([x.mul(constant), x.add(ramp.mul(0.1)), constant.sub(x)]);
  },
};
