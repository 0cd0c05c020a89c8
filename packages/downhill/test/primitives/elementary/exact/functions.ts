/**
 * The elementary functions to at least 150 bits, by the plainest series there are. Arguments and results are finite; where a
 * result is beyond all float64 numbers it is only known to be.
 */
import { constantBits, ln2, pi } from "./constants.ts";
import {
  difference,
  type Exact,
  exact,
  fromFixed,
  isNegative,
  isZero,
  magnitude,
  negative,
  one,
  product,
  quotient,
  scaled,
  shifted,
  size,
  squareRoot,
  sum,
  toFixed,
  toNumber,
} from "./number.ts";

/** Fractional bits of the series. */
const bits = 256;
const unit = 1n << BigInt(bits);

const two = exact(2);
const piExact = fromFixed(pi, constantBits);
const ln2Exact = fromFixed(ln2, constantBits);

const fixedProduct = (a: bigint, b: bigint): bigint => (a * b) >> BigInt(bits);

/** 1 + c₁·z + c₁·c₂·z² + …, with `ratio` giving cₙ·z from z. */
const series = (z: bigint, ratio: (z: bigint, n: bigint) => bigint): bigint => {
  let term = unit;
  let total = unit;
  for (let n = 1n; ; n++) {
    term = fixedProduct(term, ratio(z, n));
    // A product of negative numbers is cut off towards −1.
    if (term === 0n || term === -1n) return total;
    total += term;
  }
};

/** 1 + z/3 + z²/5 + … */
const oddReciprocals = (z: bigint): bigint => {
  let power = unit;
  let total = unit;
  for (let k = 3n; ; k += 2n) {
    power = fixedProduct(power, z);
    if (power === 0n || power === -1n) return total;
    total += power / k;
  }
};

/** x·f(x²) for a series f in fixed point. */
const odd = (x: Exact, f: (z: bigint) => bigint): Exact =>
  product(x, fromFixed(f(toFixed(product(x, x), bits)), bits));

export const exp = (x: Exact): Exact => {
  if (magnitude(x) > 14) return { m: 1n, e: isNegative(x) ? -20000 : 20000 };
  const k = Math.round(toNumber(x) / Math.LN2);
  const r = toFixed(x, bits) - ((BigInt(k) * ln2) >> BigInt(constantBits - bits));
  // exp(r) = exp(r/2^8)^(2^8)
  let power = series(r >> 8n, (z, n) => z / n);
  for (let i = 0; i < 8; i++) power = fixedProduct(power, power);
  return scaled(fromFixed(power, bits), k);
};

export const expm1 = (x: Exact): Exact =>
  magnitude(x) > -1
    ? difference(exp(x), one)
    : product(
        x,
        fromFixed(
          series(toFixed(x, bits), (z, n) => z / (n + 1n)),
          bits,
        ),
      );

const artanh = (x: Exact): Exact => odd(x, oddReciprocals);

export const log = (x: Exact): Exact => {
  let k = magnitude(x) - 1;
  let f = scaled(x, -k);
  while (toNumber(f) > Math.SQRT2) {
    k++;
    f = scaled(f, -1);
  }
  const rest = scaled(artanh(quotient(difference(f, one), sum(f, one))), 1);
  return sum(product({ m: BigInt(k), e: 0 }, ln2Exact), rest);
};

export const log1p = (x: Exact): Exact =>
  magnitude(x) > -2 ? log(sum(one, x)) : scaled(artanh(quotient(x, sum(two, x))), 1);

export const log2 = (x: Exact): Exact => quotient(log(x), ln2Exact);

const ln10 = log(exact(10));
export const log10 = (x: Exact): Exact => quotient(log(x), ln10);

/** x = n·π/2 + r with |r| ≤ π/4 or so; n modulo 4. */
const reduced = (x: Exact): { n: number; r: Exact } => {
  if (magnitude(x) < 0) return { n: 0, r: x };
  // Multiples of π/2 are as exact as the constant; the rest may be as small as 2^−70.
  const whole = toFixed(x, constantBits);
  const half = pi >> 1n;
  const n = (2n * whole + half) / pi - (whole < 0n ? 1n : 0n);
  return { n: Number(((n % 4n) + 4n) % 4n), r: fromFixed(whole - n * half, constantBits) };
};

const sine = (r: Exact): Exact => odd(r, (z) => series(z, (y, n) => -y / (2n * n * (2n * n + 1n))));

const cosine = (r: Exact): Exact =>
  fromFixed(
    series(toFixed(product(r, r), bits), (z, n) => -z / (2n * n * (2n * n - 1n))),
    bits,
  );

const quarterTurns = (n: number, r: Exact): Exact => {
  const value = n % 2 === 0 ? sine(r) : cosine(r);
  return n >= 2 ? negative(value) : value;
};

export const sin = (x: Exact): Exact => {
  const { n, r } = reduced(x);
  return quarterTurns(n, r);
};

export const cos = (x: Exact): Exact => {
  const { n, r } = reduced(x);
  return quarterTurns((n + 1) % 4, r);
};

export const tan = (x: Exact): Exact => {
  const { n, r } = reduced(x);
  const [s, c] = [sine(r), cosine(r)];
  return n % 2 === 0 ? quotient(s, c) : negative(quotient(c, s));
};

const rootOfOnePlusSquare = (x: Exact): Exact => squareRoot(sum(one, product(x, x)));

export const atan = (x: Exact): Exact => {
  if (isNegative(x)) return negative(atan(negative(x)));
  if (magnitude(x) > 1) return difference(scaled(piExact, -1), atan(quotient(one, x)));
  // arctan x = 4·arctan of the tangent of a quarter of the angle
  const halved = (t: Exact): Exact => quotient(t, sum(one, rootOfOnePlusSquare(t)));
  return scaled(
    odd(halved(halved(x)), (z) => oddReciprocals(-z)),
    2,
  );
};

/** For x and y other than 0. */
export const atan2 = (y: Exact, x: Exact): Exact => {
  const acute = atan(quotient(size(y), size(x)));
  const angle = isNegative(x) ? difference(piExact, acute) : acute;
  return isNegative(y) ? negative(angle) : angle;
};

export const asin = (x: Exact): Exact => {
  const root = squareRoot(product(difference(one, x), sum(one, x)));
  return scaled(atan(quotient(x, sum(one, root))), 1);
};

export const acos = (x: Exact): Exact =>
  isZero(sum(one, x))
    ? piExact
    : scaled(atan(quotient(squareRoot(difference(one, x)), squareRoot(sum(one, x)))), 1);

export const sinh = (x: Exact): Exact => {
  const e = expm1(size(x));
  const half = scaled(sum(e, quotient(e, sum(e, one))), -1);
  return isNegative(x) ? negative(half) : half;
};

export const cosh = (x: Exact): Exact => {
  const e = exp(size(x));
  return scaled(sum(e, quotient(one, e)), -1);
};

export const tanh = (x: Exact): Exact => {
  const e = expm1(scaled(x, 1));
  return quotient(e, sum(e, two));
};

export const asinh = (x: Exact): Exact => {
  const t = size(x);
  const value = log1p(sum(t, quotient(product(t, t), sum(one, rootOfOnePlusSquare(t)))));
  return isNegative(x) ? negative(value) : value;
};

export const acosh = (x: Exact): Exact => {
  const t = difference(x, one);
  return log1p(sum(t, squareRoot(product(t, sum(x, one)))));
};

export const atanh = (x: Exact): Exact => scaled(log1p(quotient(scaled(x, 1), difference(one, x))), -1);

export const sigmoid = (x: Exact): Exact => quotient(one, sum(one, exp(negative(x))));

export const softplus = (x: Exact): Exact =>
  isNegative(x) ? log1p(exp(x)) : sum(x, log1p(exp(negative(x))));

const twoOverRootPi = quotient(two, squareRoot(piExact));

/** 2/√π·exp(−x²), the slope of erf. */
export const erfSlope = (x: Exact): Exact => product(twoOverRootPi, exp(negative(product(x, x))));

/** erf x = 2/√π·exp(−x²)·x·Σ (2x²)^n / (2n + 1)!!, all terms positive (DLMF 7.6.2). */
const erfBySeries = (x: Exact): Exact =>
  product(
    erfSlope(x),
    odd(x, (z) => series(2n * z, (y, n) => y / (2n * n + 1n))),
  );

/** erfc x for x ≥ 3 by Laplace's continued fraction (DLMF 7.9.1), 300 steps of it. */
const erfcByFraction = (x: Exact): Exact => {
  const z = toFixed(x, bits);
  let rest = z;
  for (let n = 300n; n >= 1n; n--) rest = z + (n << BigInt(2 * bits - 1)) / rest;
  return quotient(scaled(erfSlope(x), -1), fromFixed(rest, bits));
};

export const erfc = (x: Exact): Exact => (toNumber(x) < 3 ? difference(one, erf(x)) : erfcByFraction(x));

export const erf = (x: Exact): Exact => {
  if (toNumber(size(x)) < 3) return erfBySeries(x);
  const value = difference(one, erfcByFraction(size(x)));
  return isNegative(x) ? negative(value) : value;
};

/** x^y for x > 0. */
export const pow = (x: Exact, y: Exact): Exact => exp(product(y, log(x)));

/** The remainder with the sign of the divisor. */
export const mod = (x: Exact, y: Exact): Exact => {
  const e = Math.min(x.e, y.e);
  const [a, b] = [shifted(x.m, x.e - e), shifted(y.m, y.e - e)];
  const rest = a % b;
  return { m: rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest, e };
};

export const sqrt = squareRoot;
export const rsqrt = (x: Exact): Exact => quotient(one, squareRoot(x));

/** The inverse of erf, by Newton's method from Winitzki's approximation (2008). */
export const erfinv = (x: Exact): Exact => {
  const w = toNumber(log(product(difference(one, x), sum(one, x))));
  const a = 0.147;
  const half = 2 / (Math.PI * a) + w / 2;
  const start = Math.sqrt(Math.sqrt(half * half - w / a) - half);
  // For small x the root above has cancelled.
  let y = magnitude(x) < -10 ? quotient(x, twoOverRootPi) : exact(isNegative(x) ? -start : start);
  for (let step = 0; step < 7; step++) y = difference(y, quotient(difference(erf(y), x), erfSlope(y)));
  return y;
};
