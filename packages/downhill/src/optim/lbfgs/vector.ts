/** Plain vectors of doubles. */

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** The largest magnitude; NaN if any element is. */
export const maxNorm = (a: Float64Array): number => {
  let largest = 0;
  for (const element of a) {
    const size = Math.abs(element);
    if (size > largest || Number.isNaN(size)) largest = size;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
};

/** The sum of magnitudes. */
export const sumNorm = (a: Float64Array): number => {
  let sum = 0;
  for (const element of a) sum += Math.abs(element);
  return sum;
};

/** y ← y + factor·x. */
export const addScaled = (y: Float64Array, factor: number, x: Float64Array): void => {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
};
