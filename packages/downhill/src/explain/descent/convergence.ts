/** How fast descent converges near a minimum, by the curvature there. */
import type { CurvatureRange } from "../../curvature/extremes.ts";
import { contraction, stableRate, type StepRule } from "../../curvature/stable-rate.ts";

export interface Convergence {
  /** What is left of the value above the minimum after a step, in the long run. */
  readonly perStep: number;
  /** Steps that halve it. */
  readonly stepsToHalve: number;
}

/** Steps at which what is multiplied by `factor` at each is halved; Infinity if it does not shrink. */
export const halvingSteps = (factor: number): number =>
  factor < 1 ? Math.LN2 / -Math.log(factor) : Number.isNaN(factor) ? NaN : Infinity;

/**
 * On a quadratic with the curvatures of this range. The distance from the minimum along each eigenvector shrinks by its own
 * factor; the slowest of them is that of the sharpest or of the flattest curvature, and the value goes with its square.
 */
export const convergence = (
  rate: number,
  rule: StepRule,
  { largest, smallest }: Pick<CurvatureRange, "largest" | "smallest">,
): Convergence => {
  const slowest = Math.max(
    contraction(rate * largest, rule).factor,
    contraction(rate * smallest, rule).factor,
  );
  const perStep = slowest ** 2;
  return { perStep, stepsToHalve: halvingSteps(perStep) };
};

/** Nearer to the border than this share of it, steps go to and fro between the walls of the valley. */
export const nearBorder = 0.85;

const tried = 200;

/** The constant rate at which it goes fastest, of those that keep away from the border. */
export const bestRate = (
  rule: StepRule,
  range: Pick<CurvatureRange, "largest" | "smallest">,
): Convergence & { readonly learningRate: number } => {
  const border = stableRate(range.largest, rule);
  // The factors of both ends of the range are simple curves of the rate, but where they meet is another formula for each
  // kind of steps: it is quicker to look. Rates come closer together the smaller they are, over six powers of ten.
  const shares = [0.5, ...Array.from({ length: tried }, (_, i) => 0.8 * 10 ** ((-6 * i) / tried))];
  return shares
    .map((share) => share * border)
    .map((learningRate) => ({ learningRate, ...convergence(learningRate, rule, range) }))
    .reduce((best, one) => (one.perStep < best.perStep ? one : best));
};
