/** Arguments to test functions at. */
import { randomFrom } from "../op-table/rows.ts";

const view = new DataView(new ArrayBuffer(8));

/** Every `step`-th bit pattern; a prime step visits all exponents and, over them, all residues of significands. */
const everyPattern = (step: number): number[] =>
  Array.from({ length: Math.floor(2 ** 32 / step) }, (_, i) => (i * step) | 0);

/** Significands, as fractions of 23 bits, at which rounding or a table of √2 might go wrong, with their neighbours. */
const edgeFractions = [0, 0x3504f3, 0x400000, 0x555555, 0x7fffff].flatMap((centre) =>
  [-3, -2, -1, 0, 1, 2, 3].map((offset) => (centre + offset) & 0x7fffff),
);

/** All exponents and signs, with the fractions above; so zeros, subnormals, infinities and NaN too. */
const edgePatterns = (): number[] =>
  Array.from({ length: 512 }, (_, top) => edgeFractions.map((fraction) => (top << 23) | fraction)).flat();

const patternOf = (x: number): number => {
  view.setFloat32(0, x);
  return view.getInt32(0);
};

const around = (x: number, reach: number): number[] =>
  Array.from({ length: 2 * reach + 1 }, (_, i) => patternOf(x) + i - reach);

/** float32 numbers: every `step`-th, the edges of all binades, and the neighbours of `borders`. */
export const singles = (step: number, borders: readonly number[]): Float32Array => {
  const patterns = [
    ...everyPattern(step),
    ...edgePatterns(),
    ...borders.flatMap((x) => [...around(x, 20), ...around(-x, 20)]),
  ];
  return new Float32Array(Int32Array.from(patterns).buffer);
};

/** The number `places` further from 0 among the float64 numbers. */
const neighbour = (x: number, places: number): number => {
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(places));
  return view.getFloat64(0);
};

/**
 * `count` random float64 numbers inside `domain`: of all binades, of those around 1, evenly over the interesting part, and
 * evenly around 0; besides, the neighbours of `borders`, of powers of two and of the ends of the domain.
 */
export const doubles = (
  seed: string,
  count: number,
  domain: readonly [number, number],
  interesting: readonly [number, number],
  borders: readonly number[],
): Float64Array => {
  const random = randomFrom(seed);
  // Two draws for all 53 bits.
  const uniform = (): number => random() + random() * 2 ** -32;
  const sign = (): number => (random() < 0.5 ? -1 : 1);
  const [low, high] = interesting.map((x) => Math.max(-800, Math.min(800, x))) as [number, number];
  const draws = [
    () => sign() * 2 ** (uniform() * 2098 - 1074),
    () => sign() * 2 ** (uniform() * 30 - 20),
    () => low + uniform() * (high - low),
    () => Math.max(low, -5) + uniform() * (Math.min(high, 5) - Math.max(low, -5)),
  ];
  const isInside = (x: number): boolean => x >= domain[0] && x <= domain[1] && x !== 0 && Number.isFinite(x);
  const values: number[] = [];
  for (const centre of [...borders, ...domain, 0.5, 1, 2, 2 ** -1022, 2 ** -126, 2 ** -1074])
    for (let places = -3; places <= 3; places++)
      for (const x of [neighbour(centre, places), -neighbour(centre, places)])
        if (isInside(x)) values.push(x);
  for (let i = 0; values.length < count; i++) {
    const x = draws[i % draws.length]!();
    if (isInside(x)) values.push(x);
  }
  return Float64Array.from(values);
};
