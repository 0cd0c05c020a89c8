/** Where the learning rate stops working: the border that curvature sets to the length of steps. */

/** How the steps of a method follow from gradients g and its learning rate α. */
export interface StepRule {
  /**
   * β of v ← β·v + g, p ← p − α·v (see `optim.sgd`); 0 if left out: plain gradient descent.
   */
  readonly momentum?: number;
  /** Whether the step is α·(g + β·v): Nesterov's. */
  readonly nesterov?: boolean;
}

/**
 * α·λ at the border: on a quadratic with curvature λ the steps of the method shrink below it and grow above it.
 *
 * The error e along an eigenvector of the Hessian goes by e₊ = (1 − αλ)·e for plain gradient descent, by
 * e₊ = (1 + β − αλ)·e − β·e₋ for momentum (Polyak 1964) and by e₊ = (1 − αλ)·((1 + β)·e − β·e₋) for Nesterov's. A root of
 * its characteristic polynomial leaves the unit circle at −1, where αλ is 2, 2·(1 + β) and 2·(1 + β)/(1 + 2β) (Goh 2017,
 * "Why momentum really works"; Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of
 * stability", appendix B).
 */
const border = ({ momentum = 0, nesterov = false }: StepRule): number =>
  (2 * (1 + momentum)) / (nesterov ? 1 + 2 * momentum : 1);

/**
 * The largest stable learning rate where the sharpness is λmax: 2/λmax for plain gradient descent. Steps at a higher rate
 * overshoot the minimum by more than they were away from it, along the direction of the sharpest curvature.
 *
 * @param sharpness the largest eigenvalue of the Hessian (see `sharpness`).
 * @returns Infinity where nothing curves upwards: there is nothing to overshoot. NaN for NaN.
 */
export const stableRate = (sharpness: number, rule: StepRule = {}): number =>
  sharpness > 0 ? border(rule) / sharpness : Number.isNaN(sharpness) ? NaN : Infinity;

/**
 * By which factor an error along a direction of curvature λ shrinks at each step in the long run, and whether it changes
 * sides as it does: the larger root of the characteristic polynomial above.
 */
export const contraction = (
  alphaLambda: number,
  { momentum = 0, nesterov = false }: StepRule,
): { readonly factor: number; readonly alternates: boolean; readonly swings: boolean } => {
  const shrunk = 1 - alphaLambda;
  const [sum, product] = nesterov
    ? [shrunk * (1 + momentum), shrunk * momentum]
    : [shrunk + momentum, momentum];
  const discriminant = sum * sum - 4 * product;
  if (discriminant < 0) return { factor: Math.sqrt(product), alternates: false, swings: true };
  const root = (Math.abs(sum) + Math.sqrt(discriminant)) / 2;
  return { factor: root, alternates: sum < 0, swings: false };
};
