/**
 * `x` to the power `y` in plain float64 JavaScript, within 1 ULP or so. (`Math.pow` of V8 is off by hundreds of ULP where
 * the exponent is large, and JavaScript's special cases are not C99's.)
 */

const { fround } = Math;

/** (log((1 + s)/(1 − s))·3/(2s) − 3 − s²) / s⁴ in powers of s², for |s| ≤ 0.172: own minimax fit, see power.ts. */
const logSeries = [
  0.5999999999999998, 0.42857142857163455, 0.33333333327140247, 0.27272728219185494, 0.23076840374676663,
  0.20004305333543135, 0.17515305996299615, 0.17960509301282782,
];

/** 2 / (3·ln 2), 26 bits and the rest. */
const scaleHigh = 0.9617966860532761;
const scaleLow = 7.872699542894897e-9;

/**
 * log₂ x for finite x > 0 as the sum of two numbers, the first of 24 bits. As everywhere below, `fround` takes off the
 * upper bits of a number, so that the products of such parts are exact.
 */
const log2InTwoParts = (x: number): [number, number] => {
  const k = Math.round(Math.log2(x));
  // Either way with a power that can be written.
  const m = x > 1 ? x * 2 ** -k : x / 2 ** k;
  const s = (m - 1) / (m + 1);
  const sHigh = fround(s);
  const divisorHigh = fround(m + 1);
  const divisorLow = m - (divisorHigh - 1);
  const sLow = (m - 1 - sHigh * divisorHigh - sHigh * divisorLow) / (m + 1);
  const square = s * s;
  const series = logSeries.reduceRight((sum, coefficient) => sum * square + coefficient, 0);
  const rest = square * square * series + sLow * (sHigh + s);
  const factorHigh = fround(3 + sHigh * sHigh + rest);
  const factorLow = rest - (factorHigh - 3 - sHigh * sHigh);
  const low = sLow * factorHigh + factorLow * s;
  const productHigh = fround(sHigh * factorHigh + low);
  const productLow = low - (productHigh - sHigh * factorHigh);
  const scaledLow = scaleLow * productHigh + productLow * (scaleHigh + scaleLow);
  const high = fround(scaleHigh * productHigh + scaledLow + k);
  return [high, scaledLow - (high - k - scaleHigh * productHigh)];
};

/** x^y for finite x > 0. */
const powerOfPositive = (x: number, y: number): number => {
  const [logHigh, logLow] = log2InTwoParts(x);
  // Beyond ±2^65 every x but 1 gives 0 or ∞.
  const within = Math.max(Math.min(y, 2 ** 65), -(2 ** 65));
  const high = fround(within) * logHigh;
  const low = (within - fround(within)) * logHigh + within * logLow;
  if (high > 1100) return Infinity;
  if (high < -1100) return 0;
  const n = Math.round(high + low);
  const fraction = Math.exp((high - n + low) * Math.LN2);
  const half = Math.trunc(n / 2);
  return fraction * 2 ** half * 2 ** (n - half);
};

/**
 * `x` to the power `y` as in C99 and NumPy: unlike in JavaScript, 1 to any power is 1 (even to NaN), and so is −1 to an
 * infinite one.
 */
export const pow = (x: number, y: number): number => {
  const size = Math.abs(x);
  if (x === 1 || (size === 1 && Math.abs(y) === Infinity)) return 1;
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return Math.pow(x, y);
  if (x > 0) return powerOfPositive(size, y);
  if (!Number.isInteger(y)) return NaN;
  return y % 2 === 0 ? powerOfPositive(size, y) : -powerOfPositive(size, y);
};
