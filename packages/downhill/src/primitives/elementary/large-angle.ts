/**
 * Reduction of huge angles modulo π/2 (Payne and Hanek, Radian reduction for trigonometric functions, 1983), scalar.
 * |x| = m·2^e with an integer m < 2^53 is multiplied by those 192 bits of 2/π that matter: the ones before them give
 * multiples of four quarter turns, the ones behind them less than 2^−130 quarter turns.
 */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  convert,
  eq,
  lt,
  mul,
  multiplyAdd,
  neg,
  or,
  select,
  shiftLeft,
  shiftRightSigned,
  shiftRightUnsigned,
  sub,
  table,
  xor,
} from "../../program/scalar.ts";

/** The bits of 2/π behind the binary point, in words of 64, after a word of zeros. */
const twoOverPi = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
].map((word) => BigInt.asIntN(64, word));

const lowHalf = 2 ** 32 - 1;

/** The upper 64 bits of the product of two unsigned i64, the first below 2^53. */
const upperProduct = (a: Scalar, b: Scalar): Scalar => {
  const [aHigh, aLow] = [shiftRightUnsigned(a, 32), and(a, lowHalf)];
  const [bHigh, bLow] = [shiftRightUnsigned(b, 32), and(b, lowHalf)];
  const cross = mul(aLow, bHigh);
  const middle = add(add(shiftRightUnsigned(mul(aLow, bLow), 32), and(cross, lowHalf)), mul(aHigh, bLow));
  return add(add(mul(aHigh, bHigh), shiftRightUnsigned(cross, 32)), shiftRightUnsigned(middle, 32));
};

/** 1 if the sum of unsigned i64 `a` and `b` wrapped round to `sum`, else 0. */
const carry = (a: Scalar, sum: Scalar): Scalar => {
  const unsigned = (value: Scalar): Scalar => xor(value, -(2 ** 63));
  return convert("i64", lt(unsigned(sum), unsigned(a)));
};

/** |x|·2/π modulo 4 for |x| ≥ 2^13, as a number of 128 bits: 2 before the point and 126 behind it. */
const quarterTurns = (x: Scalar): { high: Scalar; low: Scalar } => {
  const bits = bitcast("i64", abs(x));
  const m = or(and(bits, 2 ** 52 - 1), 2 ** 52);
  // x = m·2^e; the first bit of 2/π that matters is the (e − 1)th, which stands 64 further back in the table.
  const position = add(shiftRightUnsigned(bits, 52), 62 - 1075);
  // An angle that is not finite reads the last words, and comes to nothing in the end.
  const first = shiftRightUnsigned(position, 6);
  const inRange = select(lt(first, twoOverPi.length - 3), first, twoOverPi.length - 4);
  const offset = and(position, 63);
  const word = (i: number): Scalar => table("i64", twoOverPi, convert("i32", add(inRange, i)));
  const window = (i: number): Scalar =>
    or(shiftLeft(word(i), offset), shiftRightUnsigned(shiftRightUnsigned(word(i + 1), 1), sub(63, offset)));
  const [top, middle, bottom] = [window(0), window(1), window(2)];
  const product = mul(m, middle);
  const low = add(product, upperProduct(m, bottom));
  const high = add(add(mul(m, top), upperProduct(m, middle)), carry(product, low));
  return { high, low };
};

/** The fixed-point number in two's complement, with `fractionBits` of `high` behind the point, times π/2. */
const toAngle = (high: Scalar, low: Scalar, fractionBits: number): Scalar => {
  // The size is taken first, since the upper bits of a small negative number are all ones.
  const sign = shiftRightSigned(high, 63);
  const sizeHigh = xor(high, sign);
  const sizeLow = shiftRightUnsigned(xor(low, sign), 1);
  // 26 bits, whose product with the first part of π/2 is exact, and the rest.
  const upper = mul(convert("f64", shiftRightUnsigned(sizeHigh, 38)), 2 ** (38 - fractionBits));
  const lower = multiplyAdd(
    convert("f64", sizeLow),
    2 ** (-fractionBits - 63),
    mul(convert("f64", and(sizeHigh, 2 ** 38 - 1)), 2 ** -fractionBits),
  );
  const piHigh = 1.5707963109016418;
  const piLow = 1.5893254773528196e-8;
  const angle = add(mul(upper, piHigh), multiplyAdd(upper, piLow, mul(lower, Math.PI / 2)));
  return withFlippedSign(angle, sign);
};

/** The float64 `value`, its sign flipped if `negative`, an i64, is negative. */
export const withFlippedSign = (value: Scalar, negative: Scalar): Scalar =>
  select(lt(negative, 0), neg(value), value);

/** NaN unless `x` is finite. */
const unlessInfinite = (x: Scalar, value: Scalar): Scalar => select(lt(abs(x), Infinity), value, NaN);

/** x + quarters·π/2 = n·π + r with |r| ≤ π/2; `negative` is negative if n is odd. For |x| ≥ 2^13 or not finite. */
export const angleModuloHalfTurn = (x: Scalar, quarters: 0 | 1): { negative: Scalar; r: Scalar } => {
  const { high, low } = quarterTurns(x);
  // sin is odd, and cos even: for the latter the sign of x is left out.
  const turned = quarters === 0 ? high : add(high, 2 ** 62);
  const doubled = or(shiftLeft(turned, 1), shiftRightUnsigned(low, 63));
  const r = toAngle(doubled, shiftLeft(low, 1), 63);
  const signed = quarters === 0 ? select(lt(x, 0), neg(r), r) : r;
  return { negative: xor(turned, doubled), r: unlessInfinite(x, signed) };
};

/** x = n·π/2 + r with |r| ≤ π/4; `odd` tells whether n is. For |x| ≥ 2^13 or not finite. */
export const angleModuloQuarterTurn = (x: Scalar): { odd: Scalar; r: Scalar } => {
  const { high, low } = quarterTurns(x);
  const shifted = or(shiftLeft(high, 2), shiftRightUnsigned(low, 62));
  const r = toAngle(shifted, shiftLeft(low, 2), 64);
  const n = add(shiftRightUnsigned(high, 62), and(shiftRightUnsigned(high, 61), 1));
  return { odd: eq(and(n, 1), 1), r: unlessInfinite(x, select(lt(x, 0), neg(r), r)) };
};
