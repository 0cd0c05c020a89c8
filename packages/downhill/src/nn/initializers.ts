/**
 * Random starts for weights, scaled so that signals keep their size from layer to layer; JAX's definitions. A kernel's
 * last two axes are inputs and outputs; axes before them (a convolution's window) multiply both fans.
 */
import { clip } from "../functions/activations.ts";
import { full } from "../functions/create.ts";
import { erfinv, mul } from "../functions/elementwise.ts";
import * as random from "../functions/random.ts";
import type { DType } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface InitializerOptions {
  /** float32 if left out, or float64. */
  readonly dtype?: DType;
}

/** A tensor of the given shape, a function of the key alone. */
export type Initializer = (key: Tensor, shape: Shape, options?: InitializerOptions) => Tensor;

/** `value` throughout. */
export const constant =
  (value: number): Initializer =>
  (_, shape, { dtype = "float32" } = {}) =>
    full(shape, value, { dtype });

export const zeros: Initializer = /* @__PURE__ */ constant(0);
export const ones: Initializer = /* @__PURE__ */ constant(1);

/** Normal numbers with mean 0. */
export const normal =
  (standardDeviation = 0.01): Initializer =>
  (key, shape, { dtype = "float32" } = {}) =>
    mul(random.normal(key, shape, { dtype }), standardDeviation);

/** Uniform numbers in [0, scale). */
export const uniform =
  (scale = 0.01): Initializer =>
  (key, shape, { dtype = "float32" } = {}) =>
    random.uniform(key, shape, { max: scale, dtype });

/** erf(√2): the probability that a normal number lies within ±2. */
const withinTwo = 0.9544997361036416;
/** The standard deviation of normal numbers cut off at ±2. */
const truncatedDeviation = 0.87962566103423978;

/** Normal numbers within ±2 by the inverse distribution function, then scaled to standard deviation 1. */
const truncatedNormal = (key: Tensor, shape: Shape, dtype: DType): Tensor => {
  const probability = random.uniform(key, shape, { min: -withinTwo, max: withinTwo, dtype });
  return mul(clip(mul(erfinv(probability), Math.SQRT2), -2, 2), 1 / truncatedDeviation);
};

const distributions = {
  uniform: (key: Tensor, shape: Shape, dtype: DType): Tensor =>
    mul(random.uniform(key, shape, { min: -1, max: 1, dtype }), Math.sqrt(3)),
  normal: (key: Tensor, shape: Shape, dtype: DType): Tensor => random.normal(key, shape, { dtype }),
  truncatedNormal,
} as const;

const fans = {
  /** Keeps the size of signals on their way forward. */
  fanIn: (inputs: number): number => inputs,
  /** Keeps the size of gradients on their way back. */
  fanOut: (_: number, outputs: number): number => outputs,
  /** A compromise between the two. */
  fanAverage: (inputs: number, outputs: number): number => (inputs + outputs) / 2,
} as const;

export interface VarianceScalingOptions {
  readonly scale: number;
  readonly mode: keyof typeof fans;
  readonly distribution: keyof typeof distributions;
}

/** Numbers with mean 0 and variance scale / fan. @throws ShapeError for vectors and scalars, which have no fans. */
export const varianceScaling =
  ({ scale, mode, distribution }: VarianceScalingOptions): Initializer =>
  (key, shape, { dtype = "float32" } = {}) => {
    const [inputs, outputs] = shape.slice(-2);
    if (inputs === undefined || outputs === undefined)
      throw new ShapeError(
        "varianceScaling",
        `shape ${formatShape(shape)} has no inputs and outputs; it scales matrices, use zeros or normal here`,
        [shape],
      );
    const window = sizeOf(shape.slice(0, -2));
    const fan = Math.max(1, fans[mode](inputs * window, outputs * window));
    return mul(distributions[distribution](key, shape, dtype), Math.sqrt(scale / fan));
  };

/** Uniform within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010); also called Xavier. For tanh and sigmoid. */
export const glorotUniform = /* @__PURE__ */ varianceScaling({
  scale: 1,
  mode: "fanAverage",
  distribution: "uniform",
});
/** Variance 2 / (inputs + outputs) (Glorot and Bengio 2010), normal cut off at two deviations. */
export const glorotNormal = /* @__PURE__ */ varianceScaling({
  scale: 1,
  mode: "fanAverage",
  distribution: "truncatedNormal",
});
/** Uniform within ±√(6 / inputs) (He et al. 2015); also called Kaiming. For relu. */
export const heUniform = /* @__PURE__ */ varianceScaling({
  scale: 2,
  mode: "fanIn",
  distribution: "uniform",
});
/** Variance 2 / inputs (He et al. 2015), normal cut off at two deviations. For relu. */
export const heNormal = /* @__PURE__ */ varianceScaling({
  scale: 2,
  mode: "fanIn",
  distribution: "truncatedNormal",
});
/** Uniform within ±√(3 / inputs) (LeCun et al. 1998). */
export const lecunUniform = /* @__PURE__ */ varianceScaling({
  scale: 1,
  mode: "fanIn",
  distribution: "uniform",
});
/** Variance 1 / inputs (LeCun et al. 1998), normal cut off at two deviations. For selu. */
export const lecunNormal = /* @__PURE__ */ varianceScaling({
  scale: 1,
  mode: "fanIn",
  distribution: "truncatedNormal",
});
