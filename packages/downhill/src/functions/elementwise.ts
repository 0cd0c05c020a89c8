/** Elementwise functions, with NumPy's names, broadcasting and dtype promotion. */
import * as p from "../primitives/index.ts";
import { toFloating } from "../tensor/dtype.ts";
import { broadcastShapes } from "../tensor/shape.ts";
import type { Operand } from "../tensor/tensor.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { asTensor, binary, numeric, ofFloat, together } from "./operands.ts";

export const add = binary("add", p.add, numeric);
export const sub = binary("sub", p.sub, numeric);
export const mul = binary("mul", p.mul, numeric);
/** True division; integers become float32. */
export const div = binary("div", p.div, toFloating);
/** base^exponent; integers become float32. Slope by the base at 0⁰: 0. */
export const pow = binary("pow", p.pow, toFloating);
/** The remainder with the sign of the divisor (NumPy's); an integer modulo 0 is 0. */
export const mod = binary("mod", p.mod, numeric);
/** Equal elements share the slope evenly. */
export const maximum = binary("maximum", p.maximum, numeric);
/** Equal elements share the slope evenly. */
export const minimum = binary("minimum", p.minimum, numeric);
/** The angle of the point (x, y) in radians; both slopes are 0 at the origin. */
export const atan2 = binary("atan2", p.atan2, toFloating);

export const equal = binary("equal", p.eq);
export const notEqual = binary("notEqual", p.ne);
export const less = binary("less", p.lt);
export const lessEqual = binary("lessEqual", p.le);
export const greater = binary("greater", p.gt);
export const greaterEqual = binary("greaterEqual", p.ge);

/** Of booleans; bitwise of integers. */
export const logicalAnd = binary("logicalAnd", p.and);
export const logicalOr = binary("logicalOr", p.or);
export const logicalXor = binary("logicalXor", p.xor);
export const logicalNot = (x: Operand): Tensor => p.not(asTensor(x));

/** a where the condition holds, otherwise b; all three broadcast together. */
export const where = (condition: Operand, a: Operand, b: Operand): Tensor => {
  const [x, y] = together("where", [a, b]);
  const operands = [p.convert(asTensor(condition), "bool"), x!, y!];
  const shape = broadcastShapes(
    "where",
    operands.map((operand) => operand.shape),
  );
  const [flags, left, right] = operands.map((operand) =>
    operand.rank === 0 ? operand : p.broadcastTo(operand, shape),
  );
  return p.select(flags!, left!, right!);
};

const arithmetic =
  (bind: (x: Tensor) => Tensor) =>
  (x: Operand): Tensor => {
    const tensor = asTensor(x);
    return bind(p.convert(tensor, numeric(tensor.dtype)));
  };

export const neg = arithmetic(p.neg);
/** Slope 0 at 0. */
export const abs = arithmetic(p.abs);
/** −1, 0 or 1; slope 0 everywhere. */
export const sign = arithmetic(p.sign);
export const square = arithmetic(p.square);

export const exp = ofFloat(p.exp);
export const expm1 = ofFloat(p.expm1);
export const log = ofFloat(p.log);
export const log1p = ofFloat(p.log1p);
/** Of powers of two exact. */
export const log2 = ofFloat(p.log2);
/** Of powers of ten exact. */
export const log10 = ofFloat(p.log10);
/** Slope +Infinity at 0. */
export const sqrt = ofFloat(p.sqrt);
export const rsqrt = ofFloat((x) => p.div(literal(1, x.dtype), p.sqrt(x)));
export const reciprocal = ofFloat((x) => p.div(literal(1, x.dtype), x));
export const sin = ofFloat(p.sin);
export const cos = ofFloat(p.cos);
export const tan = ofFloat(p.tan);
export const asin = ofFloat(p.asin);
export const acos = ofFloat(p.acos);
export const atan = ofFloat(p.atan);
export const sinh = ofFloat(p.sinh);
export const cosh = ofFloat(p.cosh);
export const tanh = ofFloat(p.tanh);
export const asinh = ofFloat(p.asinh);
export const acosh = ofFloat(p.acosh);
export const atanh = ofFloat(p.atanh);
export const erf = ofFloat(p.erf);
/** 1 − erf(x), which does not cancel where it is small. */
export const erfc = ofFloat(p.erfc);
/** The inverse of `erf`: ±Infinity at ±1, NaN beyond. */
export const erfinv = ofFloat(p.erfinv);
export const floor = ofFloat(p.floor);
export const ceil = ofFloat(p.ceil);
/** Halves go to the even neighbour. */
export const round = ofFloat(p.round);
export const isFinite = ofFloat(p.isFinite);
/** Whether an element is NaN. */
export const isNaN = ofFloat((x) => p.ne(x, x));

/** The value, with slope 0: what stands inside counts as constant. */
export const stopGradient = (x: Operand): Tensor => p.stopGradient(asTensor(x));
