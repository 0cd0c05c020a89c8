/** Schedules one after another: warm-ups, restarts. */
import { greaterEqual, sub, where } from "../../functions/elementwise.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import {
  constant,
  cosineDecay,
  type CosineDecayOptions,
  exponentialDecay,
  type ExponentialDecayOptions,
  linear,
} from "./decay.ts";
import { type BuiltSchedule, type Schedule, schedule } from "./schedule.ts";

/** `schedules[i]` from `boundaries[i − 1]` on, with its steps counted from there. */
export const join = (schedules: readonly Schedule[], boundaries: readonly number[]): BuiltSchedule => {
  const [first, ...rest] = schedules;
  if (first === undefined || rest.length !== boundaries.length)
    throw new ArgumentError(
      "join",
      `${schedules.length} schedules and ${boundaries.length} boundaries; write one boundary between each two`,
    );
  return schedule((step) => {
    let rate = where(true, first(step), 0).astype(step.dtype);
    rest.forEach((next, i) => {
      const begin = boundaries[i]!;
      rate = where(greaterEqual(step, begin), next(sub(step, begin)), rate);
    });
    return rate;
  });
};

export interface WarmupOptions {
  readonly initValue: number;
  readonly peakValue: number;
  readonly warmupSteps: number;
}

/** Linear from `initValue` to `peakValue`, then as `next` says. */
const warmedUp = ({ initValue, peakValue, warmupSteps }: WarmupOptions, next: Schedule): BuiltSchedule =>
  warmupSteps === 0
    ? join([next], [])
    : join([linear({ initValue, endValue: peakValue, transitionSteps: warmupSteps }), next], [warmupSteps]);

/** Linear from `initValue` to `peakValue`, where it stays. */
export const warmupConstant = (options: WarmupOptions): BuiltSchedule =>
  warmedUp(options, constant(options.peakValue));

export interface WarmupCosineDecayOptions extends WarmupOptions, Pick<CosineDecayOptions, "exponent"> {
  /** Steps altogether, those of the warm-up included. */
  readonly decaySteps: number;
  /** 0 if left out. */
  readonly endValue?: number;
}

/** Linear from `initValue` to `peakValue`, then half a cosine down to `endValue` (Goyal et al. 2017). */
export const warmupCosineDecay = ({
  decaySteps,
  endValue = 0,
  exponent = 1,
  ...warmup
}: WarmupCosineDecayOptions): BuiltSchedule => {
  const { peakValue, warmupSteps } = warmup;
  if (decaySteps <= warmupSteps)
    throw new ArgumentError(
      "warmupCosineDecay",
      `decaySteps ${decaySteps} counts the warm-up of ${warmupSteps} steps; write more`,
    );
  const decay = cosineDecay({
    initValue: peakValue,
    decaySteps: decaySteps - warmupSteps,
    alpha: peakValue === 0 ? 0 : endValue / peakValue,
    exponent,
  });
  return warmedUp(warmup, decay);
};

/** Linear from `initValue` to `peakValue`, then exponential decay, whose steps count from the end of the warm-up. */
export const warmupExponentialDecay = ({
  initValue,
  peakValue,
  warmupSteps,
  ...decay
}: WarmupOptions & Omit<ExponentialDecayOptions, "initValue">): BuiltSchedule =>
  warmedUp({ initValue, peakValue, warmupSteps }, exponentialDecay({ initValue: peakValue, ...decay }));

/** Warm-up and cosine decay again and again (SGDR, Loshchilov and Hutter 2017); each cycle lasts its `decaySteps`. */
export const cosineRestarts = (cycles: readonly WarmupCosineDecayOptions[]): BuiltSchedule => {
  let end = 0;
  const ends = cycles.map(({ decaySteps }) => (end += decaySteps));
  return join(cycles.map(warmupCosineDecay), ends.slice(0, -1));
};
