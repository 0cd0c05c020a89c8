/** Running sums and products, with NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { normalizeAxis, sizeOf } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { asTensor, numeric } from "./operands.ts";

const running =
  (operation: string, along: (x: Tensor, axis: number) => Tensor) =>
  (x: Operand, axis: number | null = null): Tensor => {
    const given = asTensor(x);
    const tensor = p.convert(given, numeric(given.dtype));
    return axis === null
      ? along(p.reshape(tensor, [tensor.size]), 0)
      : along(tensor, normalizeAxis(operation, axis, tensor.rank));
  };

/** Running sums along `axis`; of the flattened tensor if null. */
export const cumsum = running("cumsum", p.cumsum);

/**
 * Running products along the middle one of three axes, by pairs (Blelloch 1990): those of the products of neighbours are
 * the ones at odd places, and each even place is one factor further on.
 */
const byPairs = (x: Tensor): Tensor => {
  const [outer, length, inner] = x.shape as [number, number, number];
  if (length <= 1) return x;
  const part = (from: Tensor, start: number, stop: number, step: number): Tensor =>
    p.slice(from, [0, start, 0], [outer, stop, inner], [1, step, 1]);
  const half = length >> 1;
  const odd = byPairs(p.mul(part(x, 0, 2 * half, 2), part(x, 1, length, 2)));
  const first = part(x, 0, 1, 1);
  if (length === 2) return p.concatenate([first, odd], 1);
  const further = p.mul(part(odd, 0, (length - 1) >> 1, 1), part(x, 2, length, 2));
  const even = p.concatenate([first, further], 1);
  const columns = [part(even, 0, half, 1), odd].map((places) => p.reshape(places, [outer, half, 1, inner]));
  const joined = p.reshape(p.concatenate(columns, 2), [outer, 2 * half, inner]);
  return length % 2 === 0 ? joined : p.concatenate([joined, part(even, half, half + 1, 1)], 1);
};

/** Running products along `axis`, of the flattened tensor if null; slopes are right with zeros among the factors. */
export const cumprod = running("cumprod", (x, axis) => {
  const { shape } = x;
  const lanes = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
  return p.reshape(byPairs(p.reshape(x, lanes)), shape);
});
