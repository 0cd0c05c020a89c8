/**
 * Numbers m·2^e of some 200 bits, made of bigints: what float64 results are measured against. Every operation rounds
 * once, towards −∞, with a relative error below 2^−`precision`.
 */
export interface Exact {
  readonly m: bigint;
  readonly e: number;
}

/** Significant bits that results keep. */
export const precision = 200;

/** The number of bits of |m|, or one more where m is just below a power of two. */
export const bitLength = (m: bigint): number => {
  const size = Number(m < 0n ? -m : m);
  if (size === 0) return 0;
  if (size < Infinity) return exponentOf(size) + 1;
  return (m < 0n ? -m : m).toString(2).length;
};

const view = new DataView(new ArrayBuffer(8));

/** ⌊log₂ x⌋ for a normal x > 0. */
const exponentOf = (x: number): number => {
  view.setFloat64(0, x);
  return (view.getUint16(0) >> 4) - 1023;
};

export const shifted = (m: bigint, places: number): bigint =>
  places >= 0 ? m << BigInt(places) : m >> BigInt(-places);

export const rounded = (m: bigint, e: number): Exact => {
  const drop = bitLength(m) - precision;
  return drop > 0 ? { m: m >> BigInt(drop), e: e + drop } : { m, e };
};

/** A finite float64, exactly. */
export const exact = (x: number): Exact => {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  if (field === 0x7ff) throw new Error(`${x} is not finite`);
  const fraction = bits & (2n ** 52n - 1n);
  const m = field === 0 ? fraction : fraction | (2n ** 52n);
  return { m: bits >> 63n === 1n ? -m : m, e: Math.max(field, 1) - 1075 };
};

/** A fixed-point number of `fractionBits` bits. */
export const fromFixed = (m: bigint, fractionBits: number): Exact => rounded(m, -fractionBits);

/** As a fixed-point number of `fractionBits` bits, cut off. */
export const toFixed = ({ m, e }: Exact, fractionBits: number): bigint => shifted(m, e + fractionBits);

export const one = exact(1);

export const isZero = ({ m }: Exact): boolean => m === 0n;

export const isNegative = ({ m }: Exact): boolean => m < 0n;

/** An upper bound of log₂ |a|, by less than 1 or 2. */
export const magnitude = ({ m, e }: Exact): number => (m === 0n ? -Infinity : bitLength(m) + e);

export const negative = ({ m, e }: Exact): Exact => ({ m: -m, e });

export const size = (a: Exact): Exact => (isNegative(a) ? negative(a) : a);

/** a·2^places */
export const scaled = ({ m, e }: Exact, places: number): Exact => ({ m, e: e + places });

export const sum = (a: Exact, b: Exact): Exact => {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  const [small, large] = magnitude(a) < magnitude(b) ? [a, b] : [b, a];
  // What lies far below the last kept bit of the larger one only counts as a hint of which side it is on.
  if (magnitude(large) - magnitude(small) > 2 * precision) return large;
  const e = Math.min(a.e, b.e);
  return rounded((a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e);
};

export const difference = (a: Exact, b: Exact): Exact => sum(a, negative(b));

export const product = (a: Exact, b: Exact): Exact => rounded(a.m * b.m, a.e + b.e);

export const quotient = (a: Exact, b: Exact): Exact => {
  const places = precision + bitLength(b.m) - bitLength(a.m) + 1;
  return rounded(shifted(a.m, Math.max(places, 0)) / b.m, a.e - b.e - Math.max(places, 0));
};

const rootOfInteger = (n: bigint): bigint => {
  let x = 1n << BigInt((bitLength(n) >> 1) + 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
};

export const squareRoot = ({ m, e }: Exact): Exact => {
  if (m === 0n) return { m, e };
  let places = Math.max(0, 2 * precision - bitLength(m));
  if ((e - places) % 2 !== 0) places++;
  return rounded(rootOfInteger(m << BigInt(places)), (e - places) / 2);
};

/** The nearest float64 or so; 0 or infinite where there is none. */
export const toNumber = ({ m, e }: Exact): number => {
  const drop = Math.max(0, bitLength(m) - 64);
  const top = Number(m >> BigInt(drop));
  const half = Math.trunc((e + drop) / 2);
  return top * 2 ** half * 2 ** (e + drop - half);
};

/** A decimal number, as printed in tables: `0.00012`, `-1.2e-300`. */
export const fromDecimal = (text: string): Exact => {
  const [digits = "", exponent = "0"] = text.replaceAll(" ", "").split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const m = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  const ten = 10n ** BigInt(Math.abs(power));
  const ratio = power < 0 ? quotient({ m, e: 0 }, { m: ten, e: 0 }) : rounded(m * ten, 0);
  return digits.startsWith("-") && m > 0n ? negative(ratio) : ratio;
};
