/** A function of many parameters on a plane through them. */
import { add, mul } from "../../functions/elementwise.ts";
import { full } from "../../functions/create.ts";
import { leavesOf, mapTree } from "../../optim/tree.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { jit } from "../../transforms/jit.ts";
import type { Plane } from "./plane.ts";

/**
 * The values of a function at the points of a grid on a plane: the slice that contour maps of a loss are drawn from.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters.
 * @returns values[j·xs.length + i] at origin + xs[i]·directions[0] + ys[j]·directions[1].
 */
export const lossSlice = <P extends object>(
  f: (params: P) => Tensor,
  { origin, directions }: Plane<P>,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
): Float64Array => {
  const at = jit((start: P, across: P, up: P, x: Tensor, y: Tensor) =>
    f(
      mapTree(
        "lossSlice",
        (leaf, first, second) => add(leaf, add(mul(first, x), mul(second, y))),
        start,
        across,
        up,
      ),
    ),
  );
  const { dtype } = leavesOf("lossSlice", origin)[0]!;
  const scalars = (values: ArrayLike<number>): Tensor[] =>
    Array.from(values, (value) => full([], value, { dtype }));
  const [columns, rows] = [scalars(xs), scalars(ys)];
  const values = new Float64Array(columns.length * rows.length);
  rows.forEach((y, j) =>
    columns.forEach((x, i) => {
      values[j * columns.length + i] = (at as (start: P, across: P, up: P, x: Tensor, y: Tensor) => Tensor)(
        origin,
        directions[0],
        directions[1],
        x,
        y,
      ).item();
    }),
  );
  return values;
};
