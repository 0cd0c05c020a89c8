/** How fast something grows: the exponent p of c·nᵖ. */

/** The slope of the straight line through (log x, log y) by least squares. */
export function exponent(x: readonly number[], y: readonly number[]): number {
  const logs = (values: readonly number[]): number[] => values.map((value) => Math.log(value));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [u, v] = [logs(x), logs(y)];
  const [meanU, meanV] = [mean(u), mean(v)];
  const covariance = u.reduce((sum, value, i) => sum + (value - meanU) * ((v[i] ?? NaN) - meanV), 0);
  return covariance / u.reduce((sum, value) => sum + (value - meanU) ** 2, 0);
}

/**
 * How much greater an exponent may be than the one that was expected. When the size grows tenfold, 0.15 is a factor of 1.4:
 * as much as data that no longer fit into a cache cost. A loop too many would be a factor of 10.
 */
export const tolerance = 0.15;

/** Small sizes show overheads, which do not grow: exponents are those of the upper half. */
export const upperHalf = <T>(values: readonly T[]): T[] => values.slice(Math.floor(values.length / 2) - 1);
