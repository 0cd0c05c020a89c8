/** How fast the remainder of a function beside its tangent vanishes. */
import { clear, type Line } from "./noise.ts";
import type { Secants } from "./secants.ts";

/** Pairs of the smallest clear remainders that the slope is the median of. */
const pairs = 5;

/** A halving that takes more than this power of a remainder away left something behind: a kink beside the point. */
const sudden = 2.5;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** The slope of log |φ(±h) − φ(0) ∓ h·φ′(0)| over log h; undefined if the remainder is rounding. */
export const remainderSlopeOf = (
  secants: readonly Secants[],
  { rounding }: Line,
  derivative: number,
): number | undefined => {
  const floor = clear * rounding;
  const remainders: number[] = [];
  for (const { h, left, right } of secants) {
    const remainder = h * Math.max(Math.abs(left - derivative), Math.abs(right - derivative));
    // Rounding of the values, and of the product.
    if (remainder > floor) remainders.push(remainder);
    else if (remainders.length > 0) {
      const drop = Math.log2(remainders.at(-1)! / floor);
      if (drop > sudden) return drop;
      break;
    }
  }
  const slopes = remainders.slice(1).map((remainder, i) => Math.log2(remainders[i]! / remainder));
  return slopes.length < 2 ? undefined : median(slopes.slice(-pairs));
};
