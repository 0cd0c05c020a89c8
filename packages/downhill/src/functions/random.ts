/**
 * Random numbers as functions of a key: the same key gives the same numbers, on every target, under `jit` and
 * `vmap`. New numbers need a new key: `split` the one at hand, or `foldIn` the number of the step. The keys, bits and
 * uniform numbers are those of `jax.random` (threefry2x32, Salmon et al. 2011, with partitionable counters).
 */
import * as p from "../primitives/index.ts";
import { tensor } from "../tensor/create.ts";
import { type DType, isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape, requireShape, type Shape } from "../tensor/shape.ts";
import { literal, Tensor } from "../tensor/tensor.ts";
import { add, erfinv, less, maximum, mul, sub } from "./elementwise.ts";
import { asTensor } from "./operands.ts";
import { take } from "./picking.ts";

/** Two 32-bit words as an int32 tensor of shape [2]. */
type Key = Tensor;

const requireKey = (operation: string, key: Key): void => {
  if (!(key instanceof Tensor))
    throw new ArgumentError(operation, `the key is ${String(key)}; write random.key(${String(key)})`);
  if (key.dtype !== "int32" || key.rank !== 1 || key.shape[0] !== 2)
    throw new ArgumentError(
      operation,
      `a key is int32[2], this is ${key.dtype}${formatShape(key.shape)}; make one with random.key(seed), take one ` +
        "of several with keys.take(i), or use vmap for a batch of keys",
    );
};

/**
 * The key of a seed: a whole number (its 64 bits, negative ones in two's complement), or an int32 scalar, which may
 * be traced.
 */
export const key = (seed: number | Tensor): Key => {
  if (seed instanceof Tensor) {
    if (seed.dtype !== "int32" || seed.rank !== 0)
      throw new ArgumentError(
        "random.key",
        `the seed is ${seed.dtype}${formatShape(seed.shape)}; it must be a whole number or an int32 scalar`,
      );
    return p.pad(p.reshape(seed, [1]), [1], [0]);
  }
  if (!Number.isSafeInteger(seed))
    throw new ArgumentError("random.key", `seed ${seed}; write a whole number`);
  return tensor(Int32Array.of(Math.floor(seed / 2 ** 32) | 0, seed | 0));
};

/** `count` new keys (int32, [count, 2]), independent of each other and of the old one, which is spent. */
export const split = (key: Key, count = 2): Tensor => {
  requireKey("random.split", key);
  requireShape("random.split", [count]);
  return p.randomBits(key, literal(0, "int32"), [count], 2);
};

/** A new key for each value of `data` (a whole number or an int32 scalar): of a step, of a layer. */
export const foldIn = (key: Key, data: number | Tensor): Key => {
  requireKey("random.foldIn", key);
  if (data instanceof Tensor ? data.dtype !== "int32" || data.rank !== 0 : !Number.isInteger(data))
    throw new ArgumentError(
      "random.foldIn",
      `the data is ${String(data)}; it must be a whole number or an int32 scalar`,
    );
  return p.randomBits(key, asTensor(data, "int32"), [], 2);
};

/** 32 random bits for each element, as int32: `bits >>> 0` is the number that unsigned arithmetic sees. */
export const bits = (key: Key, shape: Shape = []): Tensor => {
  requireKey("random.bits", key);
  requireShape("random.bits", shape);
  return p.randomBits(key, literal(0, "int32"), shape, 1);
};

export interface FloatOptions {
  /** float32 (23 random bits) if left out, or float64 (52 random bits). */
  readonly dtype?: DType;
}

export interface UniformOptions extends FloatOptions {
  /** The smallest number; 0 if left out. */
  readonly min?: number | Tensor;
  /** The bound above, itself not reached but by rounding, where few floats lie between the bounds; 1 if left out. */
  readonly max?: number | Tensor;
}

const shifted = (words: Tensor, places: number): Tensor =>
  p.shiftRightLogical(words, literal(places, "int32"));

/** The last axis at 0 (the upper word) or 1 (the lower one). */
const word = (pairs: Tensor, index: 0 | 1): Tensor => take(pairs, index, pairs.rank - 1);

/** Multiples of 2⁻²³ (float32) or 2⁻⁵² (float64) in [0, 1). */
const unitInterval = (key: Key, shape: Shape, dtype: DType): Tensor => {
  if (dtype === "float32") return mul(p.convert(shifted(bits(key, shape), 9), dtype), 2 ** -23);
  const pairs = p.randomBits(key, literal(0, "int32"), shape, 2);
  // Twenty, twelve and twenty bits, each exact as a float.
  const [upper, lower] = [word(pairs, 0), word(pairs, 1)];
  const low12 = p.and(upper, literal(0xfff, "int32"));
  const parts = [
    [shifted(upper, 12), 2 ** -20],
    [low12, 2 ** -32],
    [shifted(lower, 12), 2 ** -52],
  ] as const;
  return parts.map(([part, unit]) => mul(p.convert(part, dtype), unit)).reduce(add);
};

const requireFloating = (operation: string, dtype: DType): void => {
  if (!isFloating(dtype))
    throw new DTypeError(operation, `gives floats, not ${dtype}; use random.randint or random.bits`);
};

/** Uniform numbers in [min, max). */
export const uniform = (
  key: Key,
  shape: Shape = [],
  { min = 0, max = 1, dtype = "float32" }: UniformOptions = {},
): Tensor => {
  requireFloating("random.uniform", dtype);
  requireKey("random.uniform", key);
  requireShape("random.uniform", shape);
  const unit = unitInterval(key, shape, dtype);
  if (min === 0 && max === 1) return unit;
  const low = asTensor(min, dtype);
  const scaled = add(mul(unit, sub(asTensor(max, dtype), low)), low);
  // Rounding must not lead below the bound.
  return maximum(scaled, low);
};

/** Numbers with the standard normal distribution, by the inverse error function of uniform ones in (−1, 1). */
export const normal = (key: Key, shape: Shape = [], { dtype = "float32" }: FloatOptions = {}): Tensor => {
  requireFloating("random.normal", dtype);
  const afterMinusOne = dtype === "float32" ? -1 + 2 ** -24 : -1 + 2 ** -53;
  return mul(erfinv(uniform(key, shape, { min: afterMinusOne, max: 1, dtype })), Math.SQRT2);
};

/** Truth values, each with probability `p`; of p's shape if no other is given. */
export const bernoulli = (key: Key, probability: number | Tensor = 0.5, shape?: Shape): Tensor => {
  const chance = asTensor(probability);
  const dtype = isFloating(chance.dtype) ? chance.dtype : "float32";
  return less(uniform(key, shape ?? chance.shape, { dtype }), chance);
};

/** Whole numbers (int32) in [min, max), equally likely but for one part in 2⁵²/(max − min). */
export const randint = (key: Key, shape: Shape, min: number, max: number): Tensor => {
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < -(2 ** 31) || max > 2 ** 31 || min >= max)
    throw new ArgumentError(
      "random.randint",
      `bounds ${min} and ${max}; write whole numbers with min < max, between −2³¹ and 2³¹`,
    );
  requireKey("random.randint", key);
  requireShape("random.randint", shape);
  const position = mul(unitInterval(key, shape, "float64"), max - min);
  return p.convert(add(p.floor(position), min), "int32");
};

/** 0 … n − 1 (int32) in a random order, all orders equally likely while n² is small beside 2³¹. */
export const permutation = (key: Key, n: number): Tensor => {
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError("random.permutation", `length ${n}; write a whole number`);
  return p.permutation(bits(key, [n]));
};

/** The rows of `x` (its parts along `axis`) in a random order. */
export const shuffle = (key: Key, x: Tensor, axis = 0): Tensor => {
  if (x.rank === 0) throw new ShapeError("random.shuffle", "a scalar has no order to change", [x.shape]);
  const along = axis < 0 ? axis + x.rank : axis;
  return take(x, permutation(key, x.shape[along] ?? 0), axis);
};
