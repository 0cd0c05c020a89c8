/** A line search for the strong Wolfe conditions: Nocedal and Wright 2006, algorithms 3.5 and 3.6. */
import type { Evaluation } from "./objective.ts";

/** The function along the line, at distance `alpha`. */
export interface Probe {
  readonly alpha: number;
  readonly value: number;
  /** The directional derivative. */
  readonly slope: number;
  readonly evaluation: Evaluation;
}

export interface WolfeOptions {
  /** How much of the decrease that the slope promises must come (c₁). */
  readonly decrease?: number;
  /** How much of the slope may remain (c₂). */
  readonly curvature?: number;
  readonly maxEvaluations?: number;
  /** Differences of values up to this are rounding. */
  readonly valueNoise: number;
}

/** Where the cubic through two values and slopes has its minimum (formula 3.59); NaN if nowhere. */
const cubicMinimizer = (a: Probe, b: Probe): number => {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.alpha - b.alpha);
  const d2 = Math.sign(b.alpha - a.alpha) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.alpha - (b.alpha - a.alpha) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
};

/** `alpha` held between two bounds given in any order; their middle if it is NaN. */
const within = (alpha: number, a: number, b: number): number =>
  Number.isNaN(alpha) ? (a + b) / 2 : Math.min(Math.max(alpha, Math.min(a, b)), Math.max(a, b));

/**
 * A point along a descent direction that meets the strong Wolfe conditions; if none is found, the lowest one found
 * that decreases the value sufficiently; `undefined` if there is none either.
 *
 * Close to a minimum the differences of values drown in rounding while slopes are still exact. There the decrease is
 * judged by the slope (the approximate Wolfe condition of Hager and Zhang 2005), which allows gradients to be brought
 * down to rounding level rather than to its square root.
 *
 * @param probe evaluates the function along the line.
 * @param start the probe at 0, with negative slope.
 * @param first the distance to try first.
 */
export const strongWolfe = (
  probe: (alpha: number) => Probe,
  start: Probe,
  first: number,
  { decrease = 1e-4, curvature = 0.9, maxEvaluations = 40, valueNoise }: WolfeOptions,
): Probe | undefined => {
  let evaluations = 0;
  const at = (alpha: number): Probe => {
    evaluations++;
    return probe(alpha);
  };
  const decreases = ({ alpha, value, slope }: Probe): boolean =>
    value <= start.value + decrease * alpha * start.slope ||
    (Math.abs(value - start.value) <= valueNoise && slope <= (2 * decrease - 1) * start.slope);
  const isFlat = ({ slope }: Probe): boolean => Math.abs(slope) <= -curvature * start.slope;

  /** Between `low`, which decreases, and `high`, beyond a minimum: closer and closer to it. */
  const zoom = (low: Probe, high: Probe): Probe | undefined => {
    while (evaluations < maxEvaluations) {
      const width = high.alpha - low.alpha;
      const middle = low.alpha + width / 2;
      if (middle === low.alpha || middle === high.alpha) break;
      // A trial near an end would hardly shrink the interval.
      const trial = at(within(cubicMinimizer(low, high), low.alpha + 0.1 * width, high.alpha - 0.1 * width));
      const isLower = decreases(trial) && trial.value <= low.value + valueNoise;
      if (isLower && isFlat(trial)) return trial;
      if (!isLower) high = trial;
      else {
        if (trial.slope * width >= 0) high = low;
        low = trial;
      }
    }
    return low.alpha > 0 ? low : undefined;
  };

  let previous = start;
  let trial = at(first);
  for (;;) {
    const isLower = decreases(trial) && trial.value <= previous.value + valueNoise;
    if (!isLower) return zoom(previous, trial);
    if (isFlat(trial)) return trial;
    if (trial.slope >= 0) return zoom(trial, previous);
    if (evaluations >= maxEvaluations) return trial;
    const extrapolated = cubicMinimizer(previous, trial);
    const next = within(extrapolated, 2 * trial.alpha, 10 * trial.alpha);
    previous = trial;
    trial = at(next);
  }
};
