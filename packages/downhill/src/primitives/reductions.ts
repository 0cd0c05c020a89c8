/** Largest and smallest elements, and where they are. */
import type { Combine, Scalar } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import type { Params, Sample } from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, type Shape, sizeOf, stridesOf, withoutAxes } from "../tensor/shape.ts";
import { ConcreteTensor, literal, type Tensor } from "../tensor/tensor.ts";
import { div } from "./arithmetic.ts";
import { explicit, numericDTypes } from "./kinds.ts";
import { convert, eq, select } from "./logic.ts";
import { broadcast, reduceSum } from "./movement.ts";
import { forEachIndex, positionOf } from "./nested.ts";
import { axesParam, indexParam, numberParam, numbersParam } from "./params.ts";

const samples: Sample[] = [
  { params: { axes: [0] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
  { params: { axes: [0, 2] }, operands: [{ shape: [2, 3, 4], low: -2, high: 2 }] },
  { params: { axes: [1] }, operands: [{ shape: [2, 5], low: -2, high: 2 }] },
  { params: { axes: [0, 1] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
  { params: { axes: [0] }, operands: [{ shape: [2, 0], low: -2, high: 2 }] },
];

/** The tensor spread back over the reduced axes. */
const spread = (x: Tensor, shape: Shape, axes: readonly number[]): Tensor =>
  broadcast(
    x,
    shape,
    allAxes(shape.length).filter((axis) => !axes.includes(axis)),
  );

/** Equal extreme elements share the slope evenly. NaN if any element is. */
const extreme = /* @__NO_SIDE_EFFECTS__ */ (name: string, combine: Combine & ("max" | "min")) => {
  const better =
    combine === "max" ? (a: number, b: number) => Math.max(a, b) : (a: number, b: number) => Math.min(a, b);
  const primitive = explicit({
    name,
    dtypes: numericDTypes,
    type: ([x], params) => {
      const axes = axesParam(params, "axes", x!.shape.length);
      if (axes.some((axis) => x!.shape[axis] === 0))
        throw new ShapeError(
          name,
          `no ${name} of no elements: shape ${formatShape(x!.shape)} has an empty axis`,
          [x!.shape],
        );
      return { shape: withoutAxes(x!.shape, axes), dtype: x!.dtype };
    },
    evaluate: ([x], params, output) => {
      const axes = numbersParam(params, "axes");
      const kept = allAxes(x!.rank).filter((axis) => !axes.includes(axis));
      const strides = stridesOf(output.shape);
      const values = allocate(output.dtype, sizeOf(output.shape)).fill(worst(combine, output.dtype));
      forEachIndex(x!.shape, (index, position) => {
        const target = positionOf(
          kept.map((axis) => index[axis]!),
          strides,
        );
        values[target] = better(values[target]!, x!.values[position]!);
      });
      return new ConcreteTensor(values, output.shape, output.dtype);
    },
    tangent: (primal, [x], [tangent], params) => {
      const axes = numbersParam(params, "axes");
      const isExtreme = eq(x!, spread(primal, x!.shape, axes));
      const zero = literal(0, primal.dtype);
      const count = reduceSum(convert(isExtreme, primal.dtype), axes);
      return div(reduceSum(select(isExtreme, tangent!, zero), axes), count);
    },
    batch: ([x], _batched, _size, params) =>
      bindOne(primitive, [x!], { axes: numbersParam(params, "axes").map((axis) => axis + 1) }),
    lowering: { form: "reduce", combine, initial: (dtype) => worst(combine, dtype) },
    samples,
  });
  return (x: Tensor, axes: readonly number[]): Tensor =>
    axes.length === 0 ? x : bindOne(primitive, [x], { axes });
};

const worst = (combine: "max" | "min", dtype: DType): number => {
  const sign = combine === "max" ? -1 : 1;
  return dtype === "int32" ? (sign < 0 ? -2147483648 : 2147483647) : sign * Infinity;
};

export const reduceMax = extreme("max", "max");
export const reduceMin = extreme("min", "min");

/** The index (int32) of the first extreme element along `axis`; a NaN counts as extreme. */
const extremeIndex = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  isBetter: (candidate: number, best: number) => boolean,
  better: (candidate: Scalar, best: Scalar) => Scalar,
) => {
  const primitive = explicit({
    name,
    dtypes: numericDTypes,
    type: ([x], params) => {
      const axis = indexParam(params, "axis", x!.shape.length);
      if (x!.shape[axis] === 0)
        throw new ShapeError(name, `no ${name} of no elements: shape ${formatShape(x!.shape)}`, [x!.shape]);
      return { shape: withoutAxes(x!.shape, [axis]), dtype: "int32" };
    },
    evaluate: ([x], params, output) => {
      const { outer, length, inner } = split(x!.shape, params);
      const values = allocate("int32", sizeOf(output.shape));
      for (let i = 0; i < outer; i++)
        for (let k = 0; k < inner; k++) {
          const at = (j: number): number => x!.values[(i * length + j) * inner + k]!;
          let best = 0;
          for (let j = 1; j < length; j++)
            if (isBetter(at(j), at(best)) || (Number.isNaN(at(j)) && !Number.isNaN(at(best)))) best = j;
          values[i * inner + k] = best;
        }
      return new ConcreteTensor(values, output.shape, "int32");
    },
    batch: ([x], _batched, _size, params) =>
      bindOne(primitive, [x!], { axis: numberParam(params, "axis") + 1 }),
    lowering: {
      form: "loops",
      statements: ([x], output, params) => {
        const { outer, length, inner } = split(x!.type.shape, params);
        const i = { name: "i" };
        const j = { name: "j" };
        const k = { name: "k" };
        const type = x!.buffer.dtype === "int32" ? "i32" : x!.buffer.dtype === "float64" ? "f64" : "f32";
        const best = { name: "best", type } as const;
        const where = { name: "where", type: "i32" } as const;
        const terms = [
          { loop: i, stride: length * inner },
          { loop: k, stride: 1 },
        ];
        const load = (index: typeof terms): Scalar => ({
          kind: "load",
          type,
          buffer: x!.buffer,
          at: { offset: 0, terms: index },
        });
        const candidate = load([...terms, { loop: j, stride: inner }]);
        const current: Scalar = { kind: "accumulator", type, accumulator: best };
        const currentWhere: Scalar = { kind: "accumulator", type: "i32", accumulator: where };
        const isNaNNow = s.and(s.ne(candidate, candidate), s.eq(current, current));
        const wins = type === "i32" ? better(candidate, current) : s.or(better(candidate, current), isNaNNow);
        return [
          {
            kind: "loop",
            index: i,
            extent: outer,
            body: [
              {
                kind: "loop",
                index: k,
                extent: inner,
                body: [
                  { kind: "declare", accumulator: best, initial: load(terms) },
                  { kind: "declare", accumulator: where, initial: s.constant("i32", 0) },
                  {
                    kind: "loop",
                    index: j,
                    extent: length,
                    body: [
                      {
                        kind: "assign",
                        accumulator: where,
                        value: s.select(wins, { kind: "index", type: "i32", loop: j }, currentWhere),
                      },
                      { kind: "assign", accumulator: best, value: s.select(wins, candidate, current) },
                    ],
                  },
                  {
                    kind: "store",
                    buffer: output.buffer,
                    at: {
                      offset: 0,
                      terms: [
                        { loop: i, stride: inner },
                        { loop: k, stride: 1 },
                      ],
                    },
                    value: currentWhere,
                  },
                ],
              },
            ],
          },
        ];
      },
    },
    samples: [
      { params: { axis: 1 }, operands: [{ shape: [4, 5], low: -2, high: 2 }] },
      { params: { axis: 0 }, operands: [{ shape: [4, 5], low: -2, high: 2 }] },
      { params: { axis: 0 }, operands: [{ shape: [6], low: -2, high: 2 }] },
      { params: { axis: 1 }, operands: [{ shape: [2, 3, 4], low: -2, high: 2 }] },
      { params: { axis: 0 }, operands: [{ shape: [2, 0], low: -2, high: 2 }] },
    ],
  });
  return (x: Tensor, axis: number): Tensor => bindOne(primitive, [x], { axis });
};

/** The shape as [outer, length of the axis, inner]. */
const split = (shape: Shape, params: Params): { outer: number; length: number; inner: number } => {
  const axis = numberParam(params, "axis");
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: sizeOf(shape.slice(axis + 1)),
  };
};

export const argmax = extremeIndex("argmax", (candidate, best) => candidate > best, s.gt);
export const argmin = extremeIndex("argmin", (candidate, best) => candidate < best, s.lt);
