/**
 * What random programs are made of. An operation takes what it needs from the values there are, guided by numbers (its
 * choices), and gives a new value, or nothing where no value suits it. Any numbers are choices, so that programs can be
 * shortened at will.
 */
import * as d from "downhill";
import type { Tensor } from "downhill";
import { cholesky, solve, solveTriangular } from "downhill/linalg";
import { implicitDiff } from "downhill/optim";
import * as p from "../../../src/primitives/index.ts";
import { type Primitive, primitives, type SampleOperand } from "../../../src/program/primitive.ts";
import { bindOne } from "../../../src/program/trace.ts";
import { allAxes, broadcastShapes, sameShape, type Shape, sizeOf } from "../../../src/tensor/shape.ts";
import { draw } from "./draw.ts";

export interface Choices {
  /** One of 0 … count − 1. */
  below(count: number): number;
  /** One of the items. */
  of<T>(items: readonly T[]): T;
  /** One of the values so far, the latest first. */
  value(): Tensor;
  /** One of the values so far that passes, if any does. */
  valueWhere(passes: (value: Tensor) => boolean): Tensor | undefined;
  /** Values with more elements than this are left out. */
  readonly most: number;
  /** Where the indices are that the program is given (int32, [3], 0 … 5). */
  readonly indices: Tensor;
}

export type Operation = (choices: Choices) => Tensor | undefined;

/** The smooth map of all numbers into a part of [low, high] at most 1 wide; its slope is at most ½. */
const into = (x: Tensor, { low, high }: SampleOperand, where: number): Tensor => {
  const width = Math.min(1, high - low);
  const start = low + (where / 7) * (high - low - width);
  return x
    .sin()
    .add(1)
    .mul(width / 2)
    .add(start);
};

/** A second operand for `a`: of a shape that broadcasts with it, or the mean of another value. */
const partner = (choices: Choices, a: Tensor): Tensor => {
  const b = choices.value();
  try {
    return sizeOf(broadcastShapes("partner", [a.shape, b.shape])) <= choices.most ? b : b.mean();
  } catch {
    return b.mean();
  }
};

/** Operands at one shape; scalars stay scalars. */
const alike = (operands: readonly Tensor[]): Tensor[] => {
  const shape = broadcastShapes(
    "alike",
    operands.map((operand) => operand.shape),
  );
  return operands.map((operand) => (operand.rank === 0 ? operand : d.broadcastTo(operand, shape)));
};

/** Elementwise primitives from float to float: their records say in which regions they can be tested. */
const isSmooth = (primitive: Primitive): boolean => {
  const { kind, name } = primitive;
  const [sample] = primitive.samples;
  if (kind !== "elementwise" || name === "stopGradient" || name === "convert") return false;
  if (sample!.operands.some(({ dtype }) => dtype !== undefined)) return false;
  try {
    const [output] = primitive.types(
      sample!.operands.map(({ shape }) => ({ shape, dtype: "float64" })),
      sample!.params,
    );
    return output!.dtype === "float64";
  } catch {
    return false;
  }
};

const ofPrimitive =
  (primitive: Primitive): Operation =>
  (choices) => {
    const { operands, params } = choices.of(primitive.samples);
    const a = choices.value();
    const given = operands.map((_, i) => (i === 0 ? a : partner(choices, a)));
    const inDomain = given.map((x, i) => into(x, operands[i]!, choices.below(8)));
    return bindOne(primitive, alike(inDomain), params);
  };

const elementwise = Object.fromEntries(
  primitives()
    .filter(isSmooth)
    .map((primitive) => [primitive.name, ofPrimitive(primitive)]),
);

const arithmetic: Readonly<Record<string, Operation>> = {
  "plain add": (choices) => {
    const a = choices.value();
    return a.add(partner(choices, a));
  },
  "plain sub": (choices) => {
    const a = choices.value();
    return a.sub(partner(choices, a));
  },
  "plain mul": (choices) => {
    const a = choices.value();
    return a.mul(partner(choices, a)).mul(0.5);
  },
  "with a number": (choices) => {
    const a = choices.value();
    return choices.of([a.add(1), a.mul(-1), a.div(2), d.sub(0, a), a.mul(0), a.mul(1), a.add(0)]);
  },
};

const nonEmpty = (choices: Choices): Tensor | undefined => choices.valueWhere((x) => x.size > 0);
const withAxes = (choices: Choices): Tensor | undefined =>
  choices.valueWhere((x) => x.rank > 0 && x.size > 0);

/** Some of the axes. */
const someAxes = (choices: Choices, x: Tensor): number[] => {
  const mask = choices.below(2 ** x.rank);
  return allAxes(x.rank).filter((axis) => ((mask >> axis) & 1) === 0);
};

const axisOf = (choices: Choices, x: Tensor): number => choices.below(x.rank);

const reductions: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries({
    sum: d.sum,
    mean: d.mean,
    max: d.max,
    min: d.min,
    prod: d.prod,
    logsumexp: d.logsumexp,
    variance: d.variance,
    // Away from the zero vector and from equal values, where they have kinks.
    std: (x: Tensor, options: d.ReductionOptions) => d.variance(x, options).add(0.5).sqrt(),
    norm: (x: Tensor, options: d.ReductionOptions) => d.norm(d.exp(into(x, unit, 0)), options),
  }).map(([name, reduce]): [string, Operation] => [
    `reduce ${name}`,
    (choices) => {
      const x = nonEmpty(choices);
      return x && reduce(x, { axis: someAxes(choices, x), keepdims: choices.below(2) === 1 });
    },
  ]),
);

const unit: SampleOperand = { shape: [], low: 0, high: 1 };

const alongAxis: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries({
    softmax: d.softmax,
    logSoftmax: d.logSoftmax,
    cumsum: d.cumsum,
    "cumsum from the end": (x: Tensor, axis: number) => p.cumsum(x, axis, true),
    flip: (x: Tensor, axis: number) => d.flip(x, axis),
    "element of the largest": (x: Tensor, axis: number) =>
      d.takeAlongAxis(x, d.argmax(x, axis).expandDims(axis), axis).squeeze(axis),
    "mask of the smallest": (x: Tensor, axis: number) =>
      d.moveaxis(d.oneHot(d.argmin(x, axis), x.shape[axis]!, x.dtype), -1, axis).mul(x),
  }).map(([name, f]): [string, Operation] => [
    name,
    (choices) => {
      const x = withAxes(choices);
      return x && f(x, axisOf(choices, x));
    },
  ]),
);

/** Axes of two operands with equal lengths, one pair for each. */
const equalAxes = (a: Shape, b: Shape): [number, number][] =>
  a.flatMap((length, i) => b.flatMap((other, j): [number, number][] => (length === other ? [[i, j]] : [])));

const products: Readonly<Record<string, Operation>> = {
  dot: (choices) => {
    const [a, b] = [choices.value(), choices.value()];
    const pairs = equalAxes(a.shape, b.shape);
    const summed = pairs.length === 0 ? undefined : choices.of([...pairs, undefined]);
    const rest = pairs.filter(([i, j]) => i !== summed?.[0] && j !== summed?.[1]);
    const along = rest.length === 0 || choices.below(2) === 0 ? undefined : choices.of(rest);
    const list = (pair: [number, number] | undefined, side: 0 | 1): number[] => (pair ? [pair[side]] : []);
    const saved = [summed, along].reduce((size, pair) => size * (pair ? a.shape[pair[0]]! : 1), 1);
    if ((a.size * b.size) / Math.max(1, saved) > choices.most) return undefined;
    const product = p.dot(a, b, {
      leftContract: list(summed, 0),
      rightContract: list(summed, 1),
      leftBatch: list(along, 0),
      rightBatch: list(along, 1),
    });
    return product.mul(0.5);
  },
  matmul: (choices) => {
    const a = choices.valueWhere((x) => x.rank >= 1);
    const b =
      a && choices.valueWhere((x) => x.rank >= 1 && x.shape[Math.max(0, x.rank - 2)] === a.shape.at(-1));
    if (!a || !b) return undefined;
    const other = a.rank > 2 && b.rank > 2 && !sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return other || a.size * b.size > 8 * choices.most ? undefined : d.matmul(a, b).mul(0.5);
  },
};

/** A length that divides, for a new shape. */
const divisors = (size: number): number[] =>
  Array.from({ length: size }, (_, i) => i + 1).filter((n) => size % n === 0);

const movement: Readonly<Record<string, Operation>> = {
  reshape: (choices) => {
    const x = nonEmpty(choices);
    if (!x) return undefined;
    const first = choices.of(divisors(x.size));
    return choices.of([x.reshape(-1), x.reshape(first, -1), x.reshape(1, -1, first)]);
  },
  transpose: (choices) => {
    const x = choices.value();
    const rest = allAxes(x.rank);
    const order: number[] = [];
    while (rest.length > 0) order.push(...rest.splice(choices.below(rest.length), 1));
    return x.transpose(order);
  },
  slice: (choices) => {
    const x = withAxes(choices);
    return x?.slice(
      ...x.shape.map((length): [number, number, number] => {
        const start = choices.below(length);
        const step = choices.of([1, 2, -1, -2]);
        return step > 0 ? [start, start + 1 + choices.below(length), step] : [start, -length - 1, step];
      }),
    );
  },
  pad: (choices) => {
    const x = choices.value();
    if (4 * x.size > choices.most) return undefined;
    return d.pad(
      x,
      x.shape.map((): [number, number] => [choices.below(2), choices.below(2)]),
      choices.of([0, 0.7]),
    );
  },
  broadcastTo: (choices) => {
    const x = choices.value();
    return 4 * x.size > choices.most ? undefined : x.broadcastTo([choices.of([2, 3, 1]), ...x.shape]);
  },
  concatenate: (choices) => {
    const a = withAxes(choices);
    if (!a || 3 * a.size > choices.most) return undefined;
    const axis = axisOf(choices, a);
    const fits = (x: Tensor): boolean =>
      x.rank === a.rank &&
      3 * x.size <= choices.most &&
      x.shape.every((length, i) => i === axis || length === a.shape[i]);
    return d.concatenate([a, choices.valueWhere(fits) ?? a, a.sin()], axis);
  },
  stack: (choices) => {
    const a = choices.value();
    if (4 * a.size > choices.most) return undefined;
    const b = choices.valueWhere((x) => sameShape(x.shape, a.shape)) ?? a;
    return d.stack([a, b.mul(0.5)], choices.below(a.rank + 1));
  },
  triangle: (choices) => {
    const x = choices.valueWhere((value) => value.rank >= 2);
    return x && choices.of([d.tril, d.triu])(x, choices.below(3) - 1);
  },
  "expandDims and squeeze": (choices) => {
    const x = choices.value();
    return choices.of([x.expandDims(choices.below(x.rank + 1)), x.squeeze()]);
  },
};

const floats = (x: Tensor, shape: Shape): { shape: Shape; dtype: d.DType } => ({ shape, dtype: x.dtype });

const indexing: Readonly<Record<string, Operation>> = {
  take: (choices) => {
    const x = withAxes(choices);
    if (!x) return undefined;
    const axis = axisOf(choices, x);
    const length = x.shape[axis]!;
    if (3 * x.size > choices.most) return undefined;
    return choices.below(2) === 0
      ? x.take(d.mod(choices.indices, length), axis)
      : x.take([length - 1, 0, choices.below(length)], axis);
  },
  scatterAdd: (choices) => {
    const x = withAxes(choices);
    if (!x || 3 * x.size > choices.most) return undefined;
    const axis = axisOf(choices, x);
    const indices = d.mod(choices.indices, x.shape[axis]!);
    return p.scatterAdd(x, indices, p.gather(x, indices, axis).sin(), axis);
  },
  where: (choices) => {
    const a = choices.value();
    const b = partner(choices, a);
    const [left] = alike([a, b]);
    const whole = left!.rank === 0 ? b : left!;
    const condition = draw(`where ${choices.below(4)}`, { shape: whole.shape, dtype: "bool" }, 0, 1);
    return choices.of([
      d.where(condition, a, b),
      d.where(condition, a, 0.3),
      d.where(choices.indices.sum().greater(6), a, b),
    ]);
  },
  "constant and ramp": (choices) => {
    const x = choices.value();
    const constant = draw(`constant ${choices.below(4)}`, floats(x, x.shape), -1, 1);
    const ramp = x.rank === 0 ? x : p.iota(x.shape, choices.below(x.rank), "float32").astype(x.dtype);
    return choices.of([x.mul(constant), x.add(ramp.mul(0.1)), constant.sub(x)]);
  },
};

/** Transforms inside of the function, which capture its other values. */
const inner: Readonly<Record<string, Operation>> = {
  "inner grad": (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.grad((z: Tensor) => z.sin().mul(other.mean()).add(z.square().mul(0.2)).sum())(x);
  },
  "inner jvp": (choices) => {
    const x = choices.value();
    const other = choices.valueWhere((value) => sameShape(value.shape, x.shape)) ?? x.cos();
    return d.jvp((z: Tensor) => z.tanh().mul(other), [x], [other])[1];
  },
  "inner vjp": (choices) => {
    const x = choices.value();
    return d.vjp((z: Tensor) => z.sin().mul(x), x)[1](x.cos())[0];
  },
  "inner jit": (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.jit((z: Tensor) => z.sin().add(other.sum().mul(0.1)))(x);
  },
  "inner vmap": (choices) => {
    const x = withAxes(choices);
    const other = choices.value();
    return (
      x &&
      d.vmap((row: Tensor) =>
        row
          .cumsum(row.rank > 0 ? 0 : null)
          .reshape(row.shape)
          .mul(other.mean()),
      )(x)
    );
  },
  "inner scan": (choices) => {
    const xs = withAxes(choices);
    const [start, other] = [choices.value(), choices.value()];
    if (!xs || start.size * xs.shape[0]! > choices.most) return undefined;
    const [last, all] = d.scan(
      (carry: Tensor, x: Tensor) => {
        const next = carry.sin().add(x.mean()).mul(other.mean().tanh());
        return [next, next.square().mul(0.3)] as const;
      },
      start,
      xs,
      { reverse: choices.below(2) === 1 },
    );
    return choices.of([last, all]);
  },
};

/** Functions with derivatives of their own, and of choices: the slopes are what differences give. */
const withRules: Readonly<Record<string, Operation>> = {
  checkpoint: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.checkpoint((z: Tensor) => z.sin().mul(other.mean()).tanh().add(z))(x);
  },
  customJvp: (choices) =>
    d.customJvp(
      (z: Tensor) => z.sin().mul(z),
      ([z], [dz], value) => dz.mul(z.sin().add(z.cos().mul(z))).add(value.mul(0).mul(dz)),
    )(choices.value()),
  customVjp: (choices) => {
    const a = choices.value();
    return d.customVjp(
      (x: Tensor, y: Tensor) => x.tanh().mul(y),
      (x, y) => [x.tanh().mul(y), { t: x.tanh(), y }],
      ({ t, y }, ct) => [ct.mul(y).mul(d.sub(1, t.square())), ct.mul(t)],
    )(a, a.cos());
  },
  cond: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    // Whole numbers choose, so that no difference crosses the border.
    const chosen = d.mod(choices.indices.sum(), 2);
    return d.cond(
      chosen,
      (z: Tensor) => z.sin().mul(other.mean()),
      (z: Tensor) => z.mul(0.5).tanh(),
      x,
    );
  },
  switchCase: (choices) => {
    const x = choices.value();
    return d.switchCase(
      d.mod(choices.indices.sum(), 3),
      [(z: Tensor) => z.sin(), (z: Tensor) => z.mul(z).mul(0.3), (z: Tensor) => z.cos()],
      x,
    );
  },
  forLoop: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.forLoop(
      0,
      3,
      (i, z: Tensor) => z.add(i.astype(z.dtype).mul(0.1)).sin().add(other.mean().mul(0.2)),
      x,
    );
  },
  implicitDiff: (choices) => {
    const x = choices.valueWhere((value) => value.size <= 6);
    // r + ½·sin r = x, by so many steps that the rest is below the rounding of float64.
    const root = implicitDiff(
      (z: Tensor) => d.forLoop(0, 60, (_, r: Tensor) => z.sub(r.sin().mul(0.5)), z),
      (r, z) => r.add(r.sin().mul(0.5)).sub(z),
    );
    return x && root(x);
  },
};

/** A positive definite matrix of a value's numbers, far from singular. */
const definite = (x: Tensor): Tensor => {
  const side = x.shape.at(-1)!;
  const rows = x.sin().reshape(-1, side);
  return d
    .matmul(rows.transpose(), rows)
    .div(rows.shape[0]!)
    .add(d.eye(side, side, { dtype: x.dtype }));
};

const linearAlgebra: Readonly<Record<string, Operation>> = {
  cholesky: (choices) => {
    const x = withAxes(choices);
    return x && cholesky(definite(x));
  },
  solve: (choices) => {
    const x = withAxes(choices);
    if (!x) return undefined;
    const right = choices.valueWhere((value) => value.rank === 1 && value.size === x.shape.at(-1));
    return solve(definite(x), right ?? x.sin().reshape(-1, x.shape.at(-1)!).mean(0));
  },
  solveTriangular: (choices) => {
    const x = withAxes(choices);
    return (
      x &&
      solveTriangular(definite(x), x.sin().reshape(-1, x.shape.at(-1)!).sum(0), {
        lower: choices.below(2) === 0,
      })
    );
  },
};

/** What has come since: orders, windows, normalisations. */
const layers: Readonly<Record<string, Operation>> = {
  cumprod: (choices) => {
    const x = withAxes(choices);
    return x && d.cumprod(x.sin().mul(0.05).add(0.95), axisOf(choices, x));
  },
  sort: (choices) => {
    const x = withAxes(choices);
    return x && d.sort(x, axisOf(choices, x));
  },
  einsum: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 2);
    return (
      x && choices.of([d.einsum("ij,kj->ik", x, x), d.einsum("ij->ji", x), d.einsum("ij,ij->j", x, x.cos())])
    );
  },
  layerNorm: (choices) => {
    const x = withAxes(choices);
    return x && d.layerNorm(x.sin().add(d.arange(x.shape.at(-1)!).astype(x.dtype)));
  },
  conv1d: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 1 && value.size >= 2);
    if (!x) return undefined;
    const kernel = x.sin().slice([0, 2]).reshape(1, 1, 2);
    return d.conv1d(x.reshape(1, 1, -1), kernel, { padding: choices.of([0, 1]) });
  },
  avgPool1d: (choices) => {
    const x = choices.valueWhere((value) => value.rank === 1 && value.size >= 2);
    return x && d.avgPool1d(x.reshape(1, 1, -1), 2, { stride: 1 });
  },
};

/** All operations by their names, the simplest first: shrinking goes that way. */
export const operations: Readonly<Record<string, Operation>> = {
  ...arithmetic,
  ...elementwise,
  ...reductions,
  ...alongAxis,
  ...movement,
  ...products,
  ...indexing,
  ...inner,
  ...withRules,
  ...linearAlgebra,
  ...layers,
};
