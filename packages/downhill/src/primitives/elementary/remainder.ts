/** mod: the remainder of a division of floats with the sign of the divisor. */
import type { Scalar } from "../../program/loop.ts";
import {
  abs,
  add,
  and,
  bitcast,
  constant,
  convert,
  copysign,
  div,
  eq,
  lt,
  mul,
  multiplyAdd,
  ne,
  nearest,
  neg,
  not,
  or,
  rare,
  remainder,
  select,
  shiftLeft,
  shiftRightSigned,
  shiftRightUnsigned,
  sub,
} from "../../program/scalar.ts";
import { slowPath } from "./format.ts";

/** `a·b mod m` for 0 ≤ a, b < m < 2^53, all i64: the error of the quotient is small, and the difference is exact modulo 2^64. */
const multiplyModulo = (a: Scalar, b: Scalar, m: Scalar): Scalar => {
  const quotient = convert("i64", div(mul(convert("f64", a), convert("f64", b)), convert("f64", m)));
  const difference = remainder(sub(mul(a, b), mul(quotient, m)), m);
  return select(lt(difference, 0), add(difference, m), difference);
};

const fractionMask = 2 ** 52 - 1;

/** The significand of a float64 as an integer. */
const significand = (bits: Scalar, exponent: Scalar): Scalar =>
  or(and(bits, fractionMask), select(eq(exponent, 0), constant("i64", 0), 2 ** 52));

/** 2^k for −1022 ≤ k ≤ 1023, k an i64. */
const powerOfTwo = (k: Scalar): Scalar => bitcast("f64", shiftLeft(add(k, 1023), 52));

/**
 * The remainder of any two float64 numbers: for x = m·2^d·u and y = n·u with integers m, n < 2^53 it is
 * (m·(2^d mod n) mod n)·u, where the power of two comes from repeated squaring.
 */
const exactRemainder = (x: Scalar, y: Scalar): Scalar => {
  const bitsX = bitcast("i64", abs(x));
  const bitsY = bitcast("i64", abs(y));
  const exponentX = shiftRightUnsigned(bitsX, 52);
  const exponentY = shiftRightUnsigned(bitsY, 52);
  const atLeastOne = (exponent: Scalar): Scalar => select(eq(exponent, 0), 1, exponent);
  const n = significand(bitsY, exponentY);
  const d = sub(atLeastOne(exponentX), atLeastOne(exponentY));
  let power = remainder(constant("i64", 1), n);
  for (let bit = 11; bit >= 0; bit--) {
    power = multiplyModulo(power, power, n);
    const isSet = ne(and(d, 2 ** bit), 0);
    power = select(isSet, remainder(add(power, power), n), power);
  }
  const multiple = multiplyModulo(remainder(significand(bitsX, exponentX), n), power, n);
  const unit = sub(atLeastOne(exponentY), 1075);
  const half = shiftRightSigned(unit, 1);
  const size = mul(mul(convert("f64", multiple), powerOfTwo(half)), powerOfTwo(sub(unit, half)));
  const finite = withSignOf(y, x, select(lt(d, 0), abs(x), size));
  const defined = and(lt(abs(x), Infinity), ne(y, 0));
  return select(and(defined, eq(y, y)), select(eq(abs(y), Infinity), infiniteDivisor(x, y), finite), NaN);
};

/** The remainder of a division by ±∞. */
const infiniteDivisor = (x: Scalar, y: Scalar): Scalar => {
  const opposed = ne(lt(x, 0), lt(y, 0));
  return select(and(ne(x, 0), opposed), y, select(eq(x, 0), copysign(constant("f64", 0), y), x));
};

/** From the remainder |x| mod |y| to that of x and y. */
const withSignOf = (y: Scalar, x: Scalar, size: Scalar): Scalar => {
  const opposed = and(ne(lt(x, 0), lt(y, 0)), ne(size, 0));
  return copysign(select(opposed, sub(abs(y), size), size), y);
};

const largeQuotient = slowPath("remainder", exactRemainder);

/** Quotients below `limit` times either half of the divisor are exact, and below `large` do not overflow. */
const layout = {
  f32: { integer: "i32", lowHalf: 2 ** 12, limit: 2 ** 10, large: 2 ** 126 },
  f64: { integer: "i64", lowHalf: 2 ** 27, limit: 2 ** 24, large: 2 ** 1022 },
} as const;

/**
 * The remainder x − ⌊x/y⌋·y, with the sign of the divisor, as in NumPy: exact but for the last addition where the
 * signs of x and y differ and |x| < |y|. NaN for y = 0 or infinite x.
 */
export const mod = (x: Scalar, y: Scalar): Scalar => {
  const type = x.type;
  if ((type !== "f32" && type !== "f64") || y.type !== type)
    throw new Error(`internal: mod of values of types ${x.type} and ${y.type}`);
  const { integer, lowHalf, limit, large } = layout[type];
  const divisor = abs(y);
  const dividend = select(lt(bitcast(integer, y), 0), neg(x), x);
  const quotient = nearest(div(dividend, divisor));
  const high = bitcast(type, and(bitcast(integer, divisor), -lowHalf));
  const rest = multiplyAdd(neg(quotient), sub(divisor, high), sub(dividend, mul(quotient, high)));
  const positive = abs(select(lt(rest, 0), add(rest, divisor), rest));
  const common = and(lt(abs(quotient), limit), lt(add(abs(x), divisor), large));
  return rare(not(common), largeQuotient(type), [x, y], copysign(positive, y));
};
