/** Derivatives of numbers by differences that know their own error (Ridders 1982). */

/** Values of a function along a line, all results in a row. */
export type Line = (t: number) => Float64Array;

export interface Slope {
  readonly value: Float64Array;
  /** An estimate of each element's error; large near a kink or a jump. */
  readonly error: Float64Array;
}

const widest = 0.02;
const shrink = 1.4;
const rows = 7;

/**
 * The slope at 0: central differences over shrinking steps, extrapolated to step 0. Of the extrapolations each element
 * takes the one that differs least from those before it; that difference is the error's estimate.
 */
export const slopeAtZero = (line: Line): Slope => {
  const central = (h: number): Float64Array => {
    const [up, down] = [line(h), line(-h)];
    return up.map((value, i) => (value - down[i]!) / (2 * h));
  };
  let previous: Float64Array[] = [central(widest)];
  const value = previous[0]!.slice();
  const error = value.map(() => Infinity);
  for (let row = 1, h = widest / shrink; row < rows; row++, h /= shrink) {
    const current = [central(h)];
    for (let column = 1, factor = shrink ** 2; column <= row; column++, factor *= shrink ** 2) {
      const [finer, coarser] = [current[column - 1]!, previous[column - 1]!];
      const better = finer.map((slope, i) => (slope * factor - coarser[i]!) / (factor - 1));
      current.push(better);
      better.forEach((slope, i) => {
        const estimate = Math.max(Math.abs(slope - finer[i]!), Math.abs(slope - coarser[i]!));
        if (estimate > error[i]!) return;
        error[i] = estimate;
        value[i] = slope;
      });
    }
    previous = current;
  }
  return { value, error };
};
