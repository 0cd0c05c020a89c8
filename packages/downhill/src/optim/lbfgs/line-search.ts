/** From a point along a direction to a lower one. */
import type { Evaluation, Objective } from "./objective.ts";
import { type Probe, strongWolfe } from "./strong-wolfe.ts";
import { addScaled, dot } from "./vector.ts";

/** point + length·direction */
export const movedBy = (point: Float64Array, length: number, direction: Float64Array): Float64Array => {
  const moved = point.slice();
  addScaled(moved, length, direction);
  return moved;
};

/**
 * A point that the conditions of Wolfe are content with; undefined if there is none.
 *
 * @param slope that of the value along `direction`, below 0.
 * @param length the step that is tried first.
 */
export const search = (
  objective: Objective,
  from: Evaluation,
  direction: Float64Array,
  slope: number,
  length: number,
): Probe | undefined => {
  const probe = (alpha: number): Probe => {
    const evaluation = objective.evaluate(movedBy(from.point, alpha, direction));
    return { alpha, value: evaluation.value, slope: dot(evaluation.gradient, direction), evaluation };
  };
  const start: Probe = { alpha: 0, value: from.value, slope, evaluation: from };
  // Not the rounding of the value itself, but that of what it was computed from, which may be far larger: a mean of small
  // differences of large logits. Steps within it are judged by their slopes, so that a generous bound does no harm.
  const valueNoise = objective.epsilon ** (2 / 3) * Math.abs(from.value);
  return strongWolfe(probe, start, length, { valueNoise });
};
