/**
 * The elementary functions that `Math` lacks or that differ from C99 there, as plain float64 JavaScript. The
 * reference target evaluates with these and with `Math`, so they are what every other target is compared to.
 */
import { doublePolynomials } from "./inverse-error-function.ts";

export { pow } from "./reference-power.ts";

const horner = (x: number, coefficients: readonly number[]): number => {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0);
  return sum;
};

// Rational approximations of erf by interval: FreeBSD msun, s_erf.c (Sun Microsystems 1993), error below 1 ULP.
const smallNumerator = [
  1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
const smallDenominator = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.9602282787753681232e-6,
];
const middleOffset = 8.45062911510467529297e-1;
const middleNumerator = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
];
const middleDenominator = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
];
const largeNumerator = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1,
  -9.81432934416914548592,
];
const largeDenominator = [
  1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
];
const hugeNumerator = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
];
const hugeDenominator = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
];

/** erf(x)/x − 1 for |x| < 0.84375. */
const erfNearZero = (x: number): number => {
  const square = x * x;
  return horner(square, smallNumerator) / horner(square, smallDenominator);
};

/** erf(x) − `middleOffset` for 0.84375 ≤ x < 1.25. */
const erfNearOne = (x: number): number => {
  const s = x - 1;
  return horner(s, middleNumerator) / horner(s, middleDenominator);
};

/** 1 − erf(x) for x ≥ 1.25. */
const erfTail = (size: number): number => {
  if (size > 28) return 0;
  const s = 1 / (size * size);
  const ratio =
    size < 1 / 0.35
      ? horner(s, largeNumerator) / horner(s, largeDenominator)
      : horner(s, hugeNumerator) / horner(s, hugeDenominator);
  // −x² taken apart, with the square of z exact, since its rounding error would grow in the exponential.
  const z = Math.fround(size);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - size) * (z + size) + ratio)) / size;
};

/** The error function 2/√π ∫₀ˣ exp(−t²) dt, within 1 ULP. */
export const erf = (x: number): number => {
  const size = Math.abs(x);
  if (size < 0.84375) return x + x * erfNearZero(x);
  const y = size < 1.25 ? middleOffset + erfNearOne(size) : 1 - erfTail(size);
  return x < 0 ? -y : y;
};

/** 1 − erf(x), which does not cancel where it is small; within 1 ULP. */
export const erfc = (x: number): number => {
  if (Math.abs(x) < 0.84375) {
    const excess = x * erfNearZero(x);
    return x < 0.25 ? 1 - (x + excess) : 0.5 - (excess + (x - 0.5));
  }
  if (x <= -1.25) return 2 - erfTail(-x);
  if (x < 0) return 1 + middleOffset + erfNearOne(-x);
  return x < 1.25 ? 1 - middleOffset - erfNearOne(x) : erfTail(x);
};

/** The inverse of the error function: ±Infinity at ±1, NaN beyond; within 4 ULP (see inverse-error-function.ts). */
export const erfinv = (x: number): number => {
  if (Math.abs(x) === 1) return x * Infinity;
  const { near, far, tail } = doublePolynomials;
  const w = -Math.log((1 - x) * (1 + x));
  if (w < 6.25) return x * horner(w - 3.125, near);
  const root = Math.sqrt(w);
  return x * (w < 16 ? horner(root - 3.25, far) : horner(root - 5, tail));
};

/** The logistic function 1 / (1 + exp(−x)), which neither overflows nor cancels. */
export const sigmoid = (x: number): number => {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
};

/** log(1 + exp(x)), which neither overflows nor cancels. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The remainder x − ⌊x/y⌋·y with the sign of the divisor, as in NumPy and Python; NaN for y = 0. */
export const mod = (x: number, y: number): number => {
  const r = x % y;
  if (r === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  return r < 0 !== y < 0 ? r + y : r;
};

/** The nearest integer, halves to the even one; keeps the sign of zero. */
export const roundHalfEven = (x: number): number => {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
};
