/** What the losses have in common: sample weights, and how the losses of many examples become one number. */
import { div, mul } from "../../functions/elementwise.ts";
import { mean, sum } from "../../functions/reductions.ts";
import { broadcastTo, convert, reshape } from "../../primitives/index.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface LossOptions {
  /** A weight for each example: of the shape of the losses, or of their leading axes. */
  readonly weights?: Tensor;
  /**
   * `"mean"`: Σ w·loss / Σ w over all elements, the plain mean without weights; `"sum"`: Σ w·loss; `"none"`: w·loss for
   * each element. The mean if left out. Weights that are all 0 have no mean: NaN.
   */
  readonly reduction?: "mean" | "sum" | "none";
}

/** Weights spread over the losses: one axis for each of theirs, from the first. */
const spread = (operation: string, weights: Tensor, losses: Tensor): Tensor => {
  const { shape } = losses;
  if (!sameShape(weights.shape, shape.slice(0, weights.rank)))
    throw new ShapeError(
      operation,
      `weights of shape ${formatShape(weights.shape)} for losses of shape ${formatShape(shape)}; ` +
        `give one for each example: shape ${formatShape(shape.slice(0, 1))}`,
      [weights.shape, shape],
    );
  const aligned = reshape(weights, [...weights.shape, ...shape.slice(weights.rank).map(() => 1)]);
  return convert(broadcastTo(aligned, shape), losses.dtype);
};

/** The losses of single elements, weighted and brought together. */
export const reduce = (
  operation: string,
  losses: Tensor,
  { weights, reduction = "mean" }: LossOptions,
): Tensor => {
  if (weights === undefined)
    return reduction === "none" ? losses : reduction === "sum" ? sum(losses) : mean(losses);
  const spreadWeights = spread(operation, weights, losses);
  const weighted = mul(losses, spreadWeights);
  if (reduction === "none") return weighted;
  const total = sum(weighted);
  return reduction === "sum" ? total : div(total, sum(spreadWeights));
};

/**
 * Refuses predictions and targets of different shapes: broadcasting [n, 1] against [n] would compare every
 * prediction with every target.
 */
export const requireSameShape = (operation: string, predictions: Tensor, targets: Tensor): void => {
  if (sameShape(predictions.shape, targets.shape)) return;
  const hint =
    predictions.size === targets.size
      ? `; write targets.reshape(${predictions.shape.join(", ")})`
      : "; there must be one target for each prediction";
  throw new ShapeError(
    operation,
    `predictions of shape ${formatShape(predictions.shape)}, targets of shape ${formatShape(targets.shape)}${hint}`,
    [predictions.shape, targets.shape],
  );
};
