/** Which learning rates work, found by trying them all: the range test. */

/** One trial. */
export interface RangePoint {
  readonly rate: number;
  /** The loss that the step at this rate led to. */
  readonly loss: number;
  /** The average of the losses up to here, later ones counting more; the loss itself without smoothing. */
  readonly smoothed: number;
}

export interface RangeTestOptions {
  /** The rate of the first step; 1e-5 if left out. */
  readonly lowest?: number;
  /** The rate of the last step; 1 if left out. */
  readonly highest?: number;
  /** How many rates are tried at most, each the same factor higher than the one before; 60 if left out. */
  readonly trials?: number;
  /** How much of the average loss stays from step to step, which mini-batches need; 0 if left out. */
  readonly smoothing?: number;
}

export interface RangeCurve {
  /** The loss before the first step. */
  readonly start: number;
  readonly points: readonly RangePoint[];
  /** Whether it ended because the loss had risen far above its lowest value, rather than with the highest rate. */
  readonly isLost: boolean;
}

/**
 * A loss so many times the lowest one met means that the rates have become too large. Next to nothing this must also be a
 * thousandth of all that was gained: rounding is no loss.
 */
const [lostAt, leastShare] = [4, 1e-3];

/** The rates of the steps: all that are tried, and one more, whose step shows where the last of them led to. */
export const triedRates = ({ lowest = 1e-5, highest = 1, trials = 60 }: RangeTestOptions = {}): number[] =>
  Array.from({ length: trials + 1 }, (_, i) => lowest * (highest / lowest) ** (i / Math.max(1, trials - 1)));

/**
 * The learning rate range test (Smith 2017, "Cyclical learning rates for training neural networks", section 3.3): steps,
 * one after another, at rates that grow by the same factor from each to the next, until the loss runs away.
 *
 * @param step takes a step at the rate, which is that of `triedRates` at this place, and returns the loss that it had before.
 */
export const rangeTest = (
  step: (rate: number, place: number) => number,
  options: RangeTestOptions = {},
): RangeCurve => {
  const { smoothing = 0 } = options;
  const rates = triedRates(options);
  const start = step(rates[0]!, 0);
  const points: RangePoint[] = [];
  const isBad = (smoothed: number): boolean =>
    !(smoothed <= best + Math.max((lostAt - 1) * Math.abs(best), leastShare * (start - best)));
  let average = (1 - smoothing) * start;
  let weight = 1 - smoothing;
  let best = start;
  let isLost = !Number.isFinite(start);
  for (let i = 1; i < rates.length && !isLost; i++) {
    const loss = step(rates[i]!, i);
    average = smoothing * average + (1 - smoothing) * loss;
    weight = smoothing * weight + (1 - smoothing);
    // The average began from nothing: it is too small by its weight (Kingma and Ba 2015, section 3).
    const smoothed = average / weight;
    points.push({ rate: rates[i - 1]!, loss, smoothed });
    isLost = isBad(smoothed);
    best = Math.min(best, smoothed);
  }
  return { start, points, isLost };
};

/** The point of the lowest smoothed loss; undefined if none is lower than the loss before. */
export const lowestPoint = ({ start, points }: RangeCurve): RangePoint | undefined => {
  let best: RangePoint | undefined;
  for (const point of points) if (point.smoothed < (best?.smoothed ?? start)) best = point;
  return best;
};
