/** Seeded random numbers for shuffling and starting weights: the same on every target and machine. */
import { wrap } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Where a source is in its sequence: four words. */
export type RandomState = readonly [number, number, number, number];

/** Numbers evenly distributed in [0, 1), one per call, with 53 random bits. */
export interface RandomSource {
  (): number;
  /** From here `resumedSource` goes on. */
  readonly state: () => RandomState;
}

/** A source from a seed: its state is filled by a mixing counter (splitmix32). */
export const randomSource = (operation: string, seed: number): RandomSource => {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ArgumentError(operation, `randomState ${seed}; write a whole number from 0`);
  let counter = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9);
  const mixed = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  return resumedSource([mixed(), mixed(), mixed(), mixed()]);
};

/** The sequence from a state on: xoshiro128** (Blackman and Vigna 2018). */
export const resumedSource = ([...words]: RandomState): RandomSource => {
  let [a, b, c, d] = words;
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  const word = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const next = (): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) * 2 ** -53;
  return Object.assign(next, { state: (): RandomState => [a, b, c, d] });
};

/** The indices 0 … count − 1 in random order (Fisher and Yates). */
export const permutation = (random: RandomSource, count: number): Int32Array => {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
};

/** Keys for the functions of `random`, each the next two words of the source: [2], or [count, 2]. */
export const randomKeys = (random: RandomSource, count?: number): Tensor => {
  const words = Int32Array.from({ length: 2 * (count ?? 1) }, () => Math.floor(random() * 2 ** 32) | 0);
  return wrap(words, count === undefined ? [2] : [count, 2], "int32");
};
