/** Running sums. */
import type { Scalar } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { allocate } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../tensor/tensor.ts";
import { linear, numericDTypes } from "./kinds.ts";
import { booleanParam, indexParam, numberParam } from "./params.ts";

/** Element i is the sum of the elements up to and including i along `axis`; from the end if `reverse`. */
const cumsumPrimitive = linear({
  name: "cumsum",
  dtypes: numericDTypes,
  type: ([x], params) => {
    indexParam(params, "axis", x!.shape.length);
    booleanParam(params, "reverse");
    return { shape: x!.shape, dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const { outer, length, inner, reverse } = layout(x!.shape, params);
    const values = allocate(output.dtype, sizeOf(output.shape));
    for (let i = 0; i < outer; i++)
      for (let k = 0; k < inner; k++) {
        let sum = 0;
        for (let j = 0; j < length; j++) {
          const position = (i * length + (reverse ? length - 1 - j : j)) * inner + k;
          sum += x!.values[position]!;
          values[position] = sum;
        }
      }
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, _operand, params) =>
    cumsum(cotangent, numberParam(params, "axis"), !booleanParam(params, "reverse")),
  batch: ([x], _batched, _size, params) =>
    cumsum(x!, numberParam(params, "axis") + 1, booleanParam(params, "reverse")),
  lowering: {
    form: "loops",
    statements: ([x], output, params) => {
      const { outer, length, inner, reverse } = layout(x!.type.shape, params);
      const type = s.scalarOf(x!.buffer.dtype);
      const [i, j, k] = ["i", "j", "k"].map((name) => ({ name }));
      const sum = { name: "sum", type };
      const at = {
        offset: reverse ? (length - 1) * inner : 0,
        terms: [
          { loop: i!, stride: length * inner },
          { loop: j!, stride: reverse ? -inner : inner },
          { loop: k!, stride: 1 },
        ],
      };
      const value: Scalar = { kind: "load", type, buffer: x!.buffer, at };
      return [
        s.nest(
          [
            [i!, outer],
            [k!, inner],
          ],
          [
            { kind: "declare", accumulator: sum, initial: s.constant(type, 0) },
            s.nest(
              [[j!, length]],
              [
                { kind: "accumulate", accumulator: sum, combine: "add", value },
                {
                  kind: "store",
                  buffer: output.buffer,
                  at,
                  value: { kind: "accumulator", type, accumulator: sum },
                },
              ],
            ),
          ],
          1,
        ),
      ];
    },
  },
  samples: [
    { params: { axis: 1, reverse: false }, operands: [{ shape: [2, 5], low: -2, high: 2 }] },
    { params: { axis: 0, reverse: true }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
    { params: { axis: 0, reverse: false }, operands: [{ shape: [6], low: -2, high: 2 }] },
    { params: { axis: 1, reverse: true }, operands: [{ shape: [2, 3, 4], low: -2, high: 2 }] },
    { params: { axis: 0, reverse: false }, operands: [{ shape: [0, 2], low: -2, high: 2 }] },
  ],
});

const layout = (shape: readonly number[], params: Parameters<typeof numberParam>[0]) => {
  const axis = numberParam(params, "axis");
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: sizeOf(shape.slice(axis + 1)),
    reverse: booleanParam(params, "reverse"),
  };
};

export const cumsum = (x: Tensor, axis: number, reverse = false): Tensor =>
  bindOne(cumsumPrimitive, [x], { axis, reverse });
