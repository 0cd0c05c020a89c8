/** Normalisation: numbers brought to mean 0 and variance 1, then scaled and shifted. */
import * as p from "../primitives/index.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add, mul, rsqrt, sub } from "./elementwise.ts";
import { floating } from "./operands.ts";
import { mean, variance } from "./reductions.ts";

export interface NormOptions {
  /** Factor of each feature. */
  readonly weight?: Tensor;
  /** Summand of each feature. */
  readonly bias?: Tensor;
  /** Added to the variance, so that equal numbers do not divide by 0; 1e-5 if left out. */
  readonly eps?: number;
}

/** (x − mean) / √(variance + eps)·weight + bias, with everything spread along `axis`. */
const normalized = (
  operation: string,
  x: Tensor,
  axis: number,
  statistics: Statistics,
  { weight, bias, eps = 1e-5 }: NormOptions,
): Tensor => {
  const length = x.shape[axis]!;
  /** A number for each feature, beside x. */
  const perFeature = (value: Tensor, name: string): Tensor => {
    if (value.rank !== 1 || value.size !== length)
      throw new ShapeError(
        operation,
        `${name} has shape ${formatShape(value.shape)} for ${length} features`,
        [value.shape, x.shape],
      );
    return p.reshape(value, [length, ...x.shape.slice(axis + 1).map(() => 1)]);
  };
  const scale = rsqrt(add(statistics.variance, eps));
  let result = mul(sub(x, statistics.mean), scale);
  if (weight !== undefined) result = mul(result, perFeature(weight, "weight"));
  return bias === undefined ? result : add(result, perFeature(bias, "bias"));
};

/**
 * Each row (along the last axis) brought to mean 0 and variance 1, times `weight` plus `bias` (Ba, Kiros and Hinton 2016);
 * the variance divides by the count. Integers become float32.
 */
export const layerNorm = (x: Tensor, options: NormOptions = {}): Tensor => {
  const value = floating(x);
  if (value.rank === 0) throw new ShapeError("layerNorm", "takes rows, not a scalar", [[]]);
  const reduction = { axis: -1, keepdims: true };
  const statistics = { mean: mean(value, reduction), variance: variance(value, reduction) };
  return normalized("layerNorm", value, value.rank - 1, statistics, options);
};

export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** All axes but that of the channels. */
const others = (operation: string, { rank, shape }: Tensor): number[] => {
  if (rank < 2)
    throw new ShapeError(operation, `takes shape [batch, channels, ...], not ${formatShape(shape)}`, [shape]);
  return allAxes(rank).filter((axis) => axis !== 1);
};

export interface BatchNormOptions extends NormOptions {
  /** Mean and variance of each channel to normalise with, as after training; those of the batch if left out. */
  readonly statistics?: Statistics;
}

/**
 * Each channel (axis 1) brought to mean 0 and variance 1 over the batch and all places, times `weight` plus `bias` (Ioffe
 * and Szegedy 2015); the variance divides by the count. x [batch, channels, ...]. Integers become float32.
 */
export const batchNorm = (x: Tensor, { statistics, ...options }: BatchNormOptions = {}): Tensor => {
  const value = floating(x);
  const reduction = { axis: others("batchNorm", value), keepdims: true };
  const channel = (numbers: Tensor): Tensor =>
    p.reshape(numbers, [numbers.size, ...value.shape.slice(2).map(() => 1)]);
  const used: Statistics =
    statistics === undefined
      ? { mean: mean(value, reduction), variance: variance(value, reduction) }
      : { mean: channel(statistics.mean), variance: channel(statistics.variance) };
  return normalized("batchNorm", value, 1, used, options);
};

/**
 * Running mean and variance of each channel, brought `momentum` of the way to those of the batch x; the batch's variance
 * divides by the count − 1, as the variance of what the batch is drawn from is estimated. For `batchNorm` after training.
 */
export const updateStatistics = (running: Statistics, x: Tensor, momentum = 0.1): Statistics => {
  if (!(momentum >= 0 && momentum <= 1))
    throw new ArgumentError("updateStatistics", `momentum is ${momentum}; write a number from 0 to 1`);
  const value = floating(x);
  const axis = others("updateStatistics", value);
  const towards = (old: Tensor, now: Tensor): Tensor => add(mul(old, 1 - momentum), mul(now, momentum));
  return {
    mean: towards(running.mean, mean(value, { axis })),
    variance: towards(running.variance, variance(value, { axis, ddof: 1 })),
  };
};
