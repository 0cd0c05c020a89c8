/** A function of many parameters on a plane through them. */
import { add, mul } from "../../functions/elementwise.ts";
import { full } from "../../functions/create.ts";
import { leavesOf, mapTree } from "../../optim/tree.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { jit } from "../../targets/jit.ts";
import type { Plane } from "./plane.ts";

/**
 * The values of a function at points of a plane: the slice that contour maps of a loss are drawn from.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters.
 * @returns its value at each of the points origin + xs[i]·directions[0] + ys[i]·directions[1].
 */
export const lossSlice = <P extends object>(
  f: (params: P) => Tensor,
  { origin, directions }: Plane<P>,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
): Float64Array => {
  const at = jit((start: P, across: P, up: P, x: Tensor, y: Tensor) => {
    const along = (leaf: Tensor, first: Tensor, second: Tensor): Tensor =>
      add(leaf, add(mul(first, x), mul(second, y)));
    return f(mapTree("lossSlice", along as (leaf: Tensor) => Tensor, start, across, up));
  }) as (start: P, across: P, up: P, x: Tensor, y: Tensor) => Tensor;
  const { dtype } = leavesOf("lossSlice", origin)[0]!;
  const scalar = (value: number): Tensor => full([], value, { dtype });
  return Float64Array.from(xs, (x, i) =>
    at(origin, directions[0], directions[1], scalar(x), scalar(ys[i]!)).item(),
  );
};
