/** Schedules given by what happens at certain steps. */
import { clip } from "../../functions/activations.ts";
import { full } from "../../functions/create.ts";
import { add, cos, div, greater, greaterEqual, mul, sub, where } from "../../functions/elementwise.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type BuiltSchedule, schedule } from "./schedule.ts";

export interface PiecewiseOptions {
  readonly initValue: number;
  /** Step → factor by which the rate changes there. */
  readonly boundariesAndScales: Readonly<Record<number, number>>;
}

const pieces = (
  operation: string,
  scales: Readonly<Record<number, number>>,
): [step: number, scale: number][] => {
  const entries = Object.entries(scales).map(([step, scale]): [number, number] => [Number(step), scale]);
  for (const [step] of entries)
    if (!Number.isInteger(step) || step < 0)
      throw new ArgumentError(operation, `boundary ${step} is no step; write whole numbers from 0`);
  return entries.sort(([a], [b]) => a - b);
};

/** `initValue`, multiplied by each scale from its boundary on. */
export const piecewiseConstant = ({ initValue, boundariesAndScales }: PiecewiseOptions): BuiltSchedule => {
  const scales = pieces("piecewiseConstant", boundariesAndScales);
  return schedule((step) =>
    scales.reduce(
      (rate, [boundary, scale]) => where(greaterEqual(step, boundary), mul(rate, scale), rate),
      full(step.shape, initValue, { dtype: step.dtype }),
    ),
  );
};

export interface InterpolateOptions extends PiecewiseOptions {
  /** Between the boundaries: straight, or half a cosine. */
  readonly interpolateType: "linear" | "cosine";
}

/** From `initValue` by way of the values that the scales give at their boundaries; constant after the last. */
export const piecewiseInterpolate = ({
  initValue,
  boundariesAndScales,
  interpolateType,
}: InterpolateOptions): BuiltSchedule => {
  const scales = pieces("piecewiseInterpolate", boundariesAndScales);
  const pace = (done: Tensor): Tensor =>
    interpolateType === "linear" ? done : mul(sub(1, cos(mul(done, Math.PI))), 0.5);
  return schedule((step) => {
    let rate = full(step.shape, initValue, { dtype: step.dtype });
    let [begin, from] = [0, initValue];
    for (const [end, scale] of scales) {
      const to = from * scale;
      // A piece of no length is a jump.
      if (end > begin) {
        const done = clip(div(sub(step, begin), end - begin), 0, 1);
        // Of both ends a share, so that the end of a long way down is not what rounding leaves of a difference.
        const between = add(mul(pace(sub(1, done)), from), mul(pace(done), to));
        rate = where(greater(step, begin), between, rate);
      } else rate = where(greaterEqual(step, end), to, rate);
      [begin, from] = [end, to];
    }
    return rate;
  });
};

export interface OnecycleOptions {
  readonly transitionSteps: number;
  readonly peakValue: number;
  /** The share of the steps that rise to the peak; 0.3 if left out. */
  readonly pctStart?: number;
  /** The first rate is the peak over this; 25 if left out. */
  readonly divFactor?: number;
  /** The last rate is the first over this; 1e4 if left out. */
  readonly finalDivFactor?: number;
}

/** Up to the peak and down to almost nothing, in half cosines (Smith and Topin 2018). */
export const cosineOnecycle = ({
  transitionSteps,
  peakValue,
  pctStart = 0.3,
  divFactor = 25,
  finalDivFactor = 1e4,
}: OnecycleOptions): BuiltSchedule =>
  piecewiseInterpolate({
    interpolateType: "cosine",
    initValue: peakValue / divFactor,
    boundariesAndScales: {
      [Math.floor(pctStart * transitionSteps)]: divFactor,
      [transitionSteps]: 1 / (divFactor * finalDivFactor),
    },
  });

/** Up to the peak, down to the first rate at `pctFinal` (0.85) of the steps, then to almost nothing, in straight lines. */
export const linearOnecycle = ({
  transitionSteps,
  peakValue,
  pctStart = 0.3,
  pctFinal = 0.85,
  divFactor = 25,
  finalDivFactor = 1e4,
}: OnecycleOptions & { readonly pctFinal?: number }): BuiltSchedule =>
  piecewiseInterpolate({
    interpolateType: "linear",
    initValue: peakValue / divFactor,
    boundariesAndScales: {
      [Math.floor(pctStart * transitionSteps)]: divFactor,
      [Math.floor(pctFinal * transitionSteps)]: 1 / divFactor,
      [transitionSteps]: 1 / finalDivFactor,
    },
  });
