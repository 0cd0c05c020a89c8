/** Tensors made from a shape. */
import * as p from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import { requireDType } from "../tensor/dtype.ts";
import { tensor } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { requireShape, type Shape } from "../tensor/shape.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";

export interface DTypeOption {
  /** float32 if left out. */
  readonly dtype?: DType;
}

/** A tensor of one number throughout. */
export const full = (shape: Shape, value: number, { dtype = "float32" }: DTypeOption = {}): Tensor => {
  requireShape("full", shape);
  requireDType("full", dtype);
  // Refused where it is none that an integer can hold, as data are.
  if (dtype === "int32") tensor(value, { dtype });
  return p.broadcastTo(literal(value, dtype), [...shape]);
};

export const zeros = (shape: Shape, options?: DTypeOption): Tensor => full(shape, 0, options);
export const ones = (shape: Shape, options?: DTypeOption): Tensor => full(shape, 1, options);

/** Of the shape and dtype of `x`. */
export const zerosLike = (x: Tensor): Tensor => full(x.shape, 0, { dtype: x.dtype });
export const onesLike = (x: Tensor): Tensor => full(x.shape, 1, { dtype: x.dtype });

/** Numbers from `start` (0 if only one bound is given) up to but not including `stop`; int32 if all are whole. */
export function arange(stop: number, options?: DTypeOption): Tensor;
export function arange(start: number, stop: number, step?: number, options?: DTypeOption): Tensor;
export function arange(
  first: number,
  second?: number | DTypeOption,
  step = 1,
  last: DTypeOption = {},
): Tensor {
  const [start, stop] = typeof second === "number" ? [first, second] : [0, first];
  const options = typeof second === "object" ? second : last;
  if (![start, stop, step].every(Number.isFinite))
    throw new ArgumentError("arange", `from ${start} to ${stop} by ${step}; write finite numbers`);
  if (step === 0) throw new ArgumentError("arange", "step 0 never ends; write another step");
  const dtype = options.dtype ?? ([start, stop, step].every(Number.isInteger) ? "int32" : "float32");
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return tensor(
    Float64Array.from({ length: count }, (_, i) => start + i * step),
    { dtype },
  );
}

/** `count` numbers at equal distances from `start` to `stop`, both included; rounded down if they are to be integers. */
export const linspace = (
  start: number,
  stop: number,
  count = 50,
  { dtype = "float32" }: DTypeOption = {},
): Tensor => {
  if (!Number.isInteger(count) || count < 0)
    throw new ArgumentError("linspace", `count ${count}; write a whole number, 0 or more`);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  const values = Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 && count > 1 ? stop : start + i * step,
  );
  return tensor(dtype === "int32" ? values.map(Math.floor) : values, { dtype });
};

/** The identity matrix, or a rectangle with ones on its diagonal. */
export const eye = (rows: number, columns = rows, { dtype = "float32" }: DTypeOption = {}): Tensor => {
  const shape = [rows, columns];
  requireShape("eye", shape);
  requireDType("eye", dtype);
  return p.convert(p.eq(p.iota(shape, 0, "int32"), p.iota(shape, 1, "int32")), dtype);
};
