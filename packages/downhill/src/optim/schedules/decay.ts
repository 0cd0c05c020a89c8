/** Schedules of one piece. */
import { clip } from "../../functions/activations.ts";
import { full } from "../../functions/create.ts";
import {
  add,
  cos,
  div,
  exp,
  floor,
  lessEqual,
  maximum,
  minimum,
  mul,
  pow,
  sub,
  where,
} from "../../functions/elementwise.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { type BuiltSchedule, schedule } from "./schedule.ts";

/** The same rate at every step. */
export const constant = (value: number): BuiltSchedule =>
  schedule((step) => full(step.shape, value, { dtype: step.dtype }));

const requirePositive = (operation: string, name: string, value: number): void => {
  if (!(value > 0))
    throw new ArgumentError(operation, `${name} is ${value}; write a number of steps above 0`);
};

export interface PolynomialOptions {
  readonly initValue: number;
  readonly endValue: number;
  readonly power: number;
  /** How many steps it takes from `initValue` to `endValue`. */
  readonly transitionSteps: number;
  /** Steps before it begins; 0 if left out. */
  readonly transitionBegin?: number;
}

/** endValue + (initValue − endValue)·(1 − k / transitionSteps)^power, k steps after the beginning. */
export const polynomial = ({
  initValue,
  endValue,
  power,
  transitionSteps,
  transitionBegin = 0,
}: PolynomialOptions): BuiltSchedule => {
  requirePositive("polynomial", "transitionSteps", transitionSteps);
  return schedule((step) => {
    const done = div(clip(sub(step, transitionBegin), 0, transitionSteps), transitionSteps);
    const left = sub(1, done);
    return add(mul(power === 1 ? left : pow(left, power), initValue - endValue), endValue);
  });
};

/** From `initValue` to `endValue` at an even pace. */
export const linear = (options: Omit<PolynomialOptions, "power">): BuiltSchedule =>
  polynomial({ ...options, power: 1 });

export interface ExponentialDecayOptions {
  readonly initValue: number;
  /** The factor over `transitionSteps` steps. */
  readonly decayRate: number;
  readonly transitionSteps: number;
  /** Steps before it begins; 0 if left out. */
  readonly transitionBegin?: number;
  /** Decay all at once at the end of each `transitionSteps`. */
  readonly staircase?: boolean;
  /** Not below this (not above it if decayRate ≥ 1). */
  readonly endValue?: number;
}

/** initValue·decayRate^(k / transitionSteps), k steps after the beginning. */
export const exponentialDecay = ({
  initValue,
  decayRate,
  transitionSteps,
  transitionBegin = 0,
  staircase = false,
  endValue,
}: ExponentialDecayOptions): BuiltSchedule => {
  requirePositive("exponentialDecay", "transitionSteps", transitionSteps);
  requirePositive("exponentialDecay", "decayRate", decayRate);
  const bound = decayRate < 1 ? maximum : minimum;
  return schedule((step) => {
    const since = sub(step, transitionBegin);
    const periods = div(since, transitionSteps);
    const decayed = mul(exp(mul(staircase ? floor(periods) : periods, Math.log(decayRate))), initValue);
    const rate = where(lessEqual(since, 0), initValue, decayed);
    return endValue === undefined ? rate : bound(rate, endValue);
  });
};

export interface CosineDecayOptions {
  readonly initValue: number;
  readonly decaySteps: number;
  /** The share of `initValue` that is left at the end; 0 if left out. */
  readonly alpha?: number;
  /** 1 if left out. */
  readonly exponent?: number;
}

/** Half a cosine from `initValue` to alpha·initValue (Loshchilov and Hutter 2017). */
export const cosineDecay = ({
  initValue,
  decaySteps,
  alpha = 0,
  exponent = 1,
}: CosineDecayOptions): BuiltSchedule => {
  requirePositive("cosineDecay", "decaySteps", decaySteps);
  return schedule((step) => {
    const angle = mul(minimum(step, decaySteps), Math.PI / decaySteps);
    const falling = mul(add(cos(angle), 1), 0.5);
    const shaped = exponent === 1 ? falling : pow(falling, exponent);
    return mul(add(mul(shaped, 1 - alpha), alpha), initValue);
  });
};
