/** Bounds on gradients. */
import { clip as clipElements } from "../functions/activations.ts";
import { add, div, equal, less, mul, sqrt, square, where } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import { convert } from "../primitives/index.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { type GradientTransformation, stateless } from "./transformation.ts";
import { leavesOf, mapTree } from "./tree.ts";

/** The Euclidean norm of all elements of a tree together. */
export const globalNorm = (tree: object): Tensor => {
  const squares = leavesOf("globalNorm", tree).map((leaf) => sum(square(leaf)));
  if (squares.length === 0) return literal(0, "float32");
  const total = squares.reduce((a, b) => add(a, b));
  // As of every norm, the slope at 0 is 0.
  const isZero = equal(total, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, total)));
};

/** Each element held between −maxDelta and maxDelta. */
export const clip = (maxDelta: number): GradientTransformation<[]> =>
  stateless("clip", (leaf) => clipElements(leaf, -maxDelta, maxDelta));

/** All gradients shortened together to the norm `maxNorm` if they are longer (Pascanu et al. 2013). */
export const clipByGlobalNorm = (maxNorm: number): GradientTransformation<[]> => ({
  init: () => [],
  update: (gradients) => {
    const norm = globalNorm(gradients);
    const isShort = less(norm, maxNorm);
    // Gradients of 0 have no direction to be divided by their norm for, not even at a bound of 0.
    const length = where(equal(norm, 0), 1, norm);
    const shorten = (leaf: Tensor): Tensor =>
      where(isShort, leaf, mul(div(leaf, convert(length, leaf.dtype)), maxNorm));
    return [mapTree("clipByGlobalNorm", shorten, gradients), []];
  },
});
