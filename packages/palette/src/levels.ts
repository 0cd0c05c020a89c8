/** Heights at which contours are drawn. */

/** Where values spread over more than this factor, their logarithms are evenly spaced. */
const steep = 40;

const quantile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

/** A number near `value` that is easy to read: 1, 2 or 5 times a power of ten. */
const round = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].reduce((best, one) =>
    Math.abs(Math.log((one * power) / value)) < Math.abs(Math.log((best * power) / value)) ? one : best,
  );
  return Number((factor * power).toPrecision(1));
};

const squares = (high: number, count: number): number[] => {
  const unit = round(high / count ** 2);
  const most = Math.max(3, Math.floor(Math.sqrt(high / unit)));
  return Array.from({ length: most }, (_, i) => unit * (i + 1) ** 2);
};

/**
 * The height from which on a grid tells factors apart. Where a valley runs through a grid of n by n, some 2n points lie
 * next to its floor, each as near as it happens to be: contours below their heights would be dashes, and a surface by
 * orders of magnitude a row of spikes.
 */
const resolved = (sorted: ArrayLike<number>, points: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(2.5 * Math.sqrt(points)))] ?? NaN;

export interface Levels {
  /** Ascending. */
  readonly heights: readonly number[];
  readonly lowest: number;
  /** The height above the lowest value that all but the steepest walls stay under. */
  readonly span: number;
  /** Whether the levels go by equal factors. */
  readonly isSteep: boolean;
  /** The height above the lowest value from which on factors are told apart, where it is steep. */
  readonly small: number;
}

/**
 * About `count` levels: above the lowest value at the squares of evenly spaced numbers, which makes the contours of a bowl
 * evenly spaced; in ravines, where that would crowd them on the walls, by equal factors.
 *
 * @param lowest the lowest value known, if there is one below those given.
 */
export const levelsOf = (values: ArrayLike<number>, count: number, lowest = Infinity): Levels => {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  const bottom = finite.reduce((a, b) => Math.min(a, b), lowest);
  const above = finite
    .map((value) => value - bottom)
    .filter((height) => height > 0)
    .sort();
  if (above.length === 0) return { heights: [], lowest: bottom, span: 1, isSteep: false, small: 1 };
  const span = quantile(above, 0.98);
  const isSteep = quantile(above, 0.9) / quantile(above, 0.1) > steep;
  const small = resolved(above, values.length);
  const chosen = isSteep
    ? Array.from({ length: count }, (_, i) => round(small * (span / small) ** (i / (count - 1))))
    : squares(span, count);
  const heights = [...new Set(chosen)].map((height) => Number((bottom + height).toPrecision(12)));
  return { heights, lowest: bottom, span, isSteep, small };
};
