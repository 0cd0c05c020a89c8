import { isNaN, where } from "../functions/elementwise.ts";
import { any } from "../functions/reductions.ts";
import { literal } from "../tensor/tensor.ts";
import type { GradientTransformation, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

/**
 * NaN in gradients becomes 0. The state tells of each tensor whether there was any at the last step. It hides a fault rather
 * than to cure it: `findNonFinite` says where the NaN comes from.
 */
export const zeroNans = (): GradientTransformation<{ foundNan: OptimizerState }> => ({
  init: (params) => ({
    foundNan: mapTree("zeroNans", () => literal(0, "bool"), params),
  }),
  update: (gradients) => [
    mapTree("zeroNans", (g) => where(isNaN(g), 0, g), gradients),
    { foundNan: mapTree("zeroNans", (g) => any(isNaN(g)), gradients) },
  ],
});
