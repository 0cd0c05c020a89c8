/** What follows the first layer of a model, as a model of its own. */
import { eye, transpose } from "downhill";
import type { Tensor } from "downhill";
import type { AnyEstimator } from "downhill/learn";

export interface BehindFirstLayer {
  /** The weights of the first layer: [features, units]. */
  readonly weights: Tensor;
  /** Says of the products X·weights [rows, units] what the whole model says of X. */
  readonly rest: AnyEstimator;
}

/**
 * The model with the unit matrix for its first weights; biases and all that comes after are the same. A layer of many
 * features and few units hands few numbers on: who asks again and again what a change of one feature does need not
 * multiply all the others each time.
 */
export function behindFirstLayer(estimator: AnyEstimator): BehindFirstLayer {
  if ("coefs" in estimator) {
    const [first, ...others] = estimator.parameters.layers;
    if (first === undefined) throw new Error("internal: a network without layers");
    const weights = first.kernel;
    const units = weights.shape[1] ?? 1;
    const kernel = eye(units, units, { dtype: weights.dtype });
    return { weights, rest: estimator.withParameters({ layers: [{ ...first, kernel }, ...others] }, units) };
  }
  // [features] of one score, otherwise [scores, features]
  const { coef } = estimator;
  const scores = coef.rank === 1 ? 1 : (coef.shape[0] ?? 1);
  const unit = eye(scores, scores, { dtype: coef.dtype }).reshape([...coef.shape.slice(0, -1), scores]);
  return {
    weights: transpose(coef.reshape([scores, -1])),
    rest: estimator.withParameters({ ...estimator.parameters, coef: unit } as never, scores),
  };
}
