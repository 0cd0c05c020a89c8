/** Along what a training may grow, and what its arithmetic and its memory are then. */
import type { Tensor } from "downhill";
import { float32 } from "../harness/arrays.ts";
import { type Downhill, downhillTensor } from "../harness/downhill.ts";
import { Random } from "../harness/random.ts";

/** Training at one size: `step` is what a user would hand to `jit`. */
export interface Training {
  readonly state: unknown;
  readonly step: (state: never, ...data: Tensor[]) => unknown;
  readonly data: readonly Tensor[];
}

export interface Axis {
  readonly name: string;
  /** What grows, in words, with its unit. */
  readonly title: string;
  /** What stays, in words. */
  readonly subject: string;
  readonly sizes: readonly number[];
  /** Multiplications and additions of one step. */
  readonly arithmetic: (size: number) => number;
  /** Bytes of parameters, optimizer state, data and activations. */
  readonly bytes: (size: number) => number;
  readonly make: (library: Downhill, size: number) => Training;
}

const powersOfTwo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

/** Made without the library, whose memory is measured: uniform of mean 0 and variance 1. */
function numbers(library: Downhill, seed: number, ...shape: number[]): Tensor {
  const random = new Random(seed);
  return downhillTensor(
    library,
    float32(shape, () => Math.sqrt(12) * (random.uniform() - 0.5)),
  );
}

/** Full-batch gradient descent on the mean squared error of a linear model. */
function linear(library: Downhill, rows: number, columns: number): Training {
  const { valueAndGrad, zeros } = library;
  const loss = (w: Tensor, x: Tensor, y: Tensor): Tensor => x.matmul(w).sub(y).square().mean();
  return {
    state: zeros([columns, 1]),
    step: (w: Tensor, x: Tensor, y: Tensor) => {
      const [value, gradient] = valueAndGrad(loss)(w, x, y);
      return [w.sub(gradient.mul(0.01)), value];
    },
    data: [numbers(library, 1, rows, columns), numbers(library, 2, rows, 1)],
  };
}

const linearArithmetic = (rows: number, columns: number): number => 4 * rows * columns;
const linearBytes = (rows: number, columns: number): number => 4 * (rows * (columns + 1) + 2 * columns);

type Layer = Record<"w" | "b", Tensor>;

/** Adam on the cross-entropy of a network with ReLU; `widths` begin with the columns and end with the classes. */
function network(library: Downhill, widths: readonly number[], batch: number): Training {
  const { logSoftmax, optim, softmax, valueAndGrad } = library;
  const layers = pairs(widths).map(([inputs, outputs], i): Layer => ({
    w: numbers(library, 10 + i, inputs, outputs).mul(Math.sqrt(2 / inputs)),
    b: library.zeros([outputs]),
  }));
  const adam = optim.adam({ learningRate: 1e-3 });
  const loss = (params: Layer[], x: Tensor, y: Tensor): Tensor => {
    const logits = params.reduce((h, { w, b }, i) => (i === 0 ? h : h.relu()).matmul(w).add(b), x);
    return logSoftmax(logits).mul(y).sum(1).mean().neg();
  };
  const classes = widths.at(-1) ?? 1;
  return {
    state: [layers, adam.init(layers)],
    step: ([params, moments]: [Layer[], ReturnType<typeof adam.init>], x: Tensor, y: Tensor) => {
      const [value, gradient] = valueAndGrad(loss)(params, x, y);
      const [updates, next] = adam.update(gradient, moments);
      return [[optim.applyUpdates(params, updates), next], value];
    },
    data: [numbers(library, 1, batch, widths[0] ?? 1), softmax(numbers(library, 2, batch, classes).mul(4))],
  };
}

const pairs = (values: readonly number[]): [number, number][] =>
  values.slice(1).map((value, i) => [values[i]!, value]);

const parametersOf = (widths: readonly number[]): number =>
  pairs(widths).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/** Three products a layer, of which the first layer needs two; Adam does a dozen operations a parameter. */
const networkArithmetic = (widths: readonly number[], batch: number): number =>
  pairs(widths).reduce(
    (sum, [inputs, outputs], i) => sum + (i === 0 ? 4 : 6) * batch * inputs * outputs + 12 * inputs * outputs,
    0,
  );

/** Parameters, two moments, gradients; every layer's activations and their gradients. */
const networkBytes = (widths: readonly number[], batch: number): number =>
  4 * (4 * parametersOf(widths) + 2 * batch * widths.reduce((sum, width) => sum + width, 0));

const columns = 32;
const rows = 8192;
const narrow = (width: number): number[] => [64, width, width, 10];
const deep = (depth: number): number[] => [64, ...Array.from({ length: depth }, () => 64), 10];
const usual = [784, 256, 128, 10];

export const axes: readonly Axis[] = [
  {
    name: "rows",
    title: "rows",
    subject: `linear model, ${columns} columns`,
    sizes: powersOfTwo(12, 19),
    arithmetic: (size) => linearArithmetic(size, columns),
    bytes: (size) => linearBytes(size, columns),
    make: (library, size) => linear(library, size, columns),
  },
  {
    name: "columns",
    title: "columns",
    subject: `linear model, ${rows} rows`,
    sizes: powersOfTwo(4, 11),
    arithmetic: (size) => linearArithmetic(rows, size),
    bytes: (size) => linearBytes(rows, size),
    make: (library, size) => linear(library, rows, size),
  },
  {
    name: "width",
    title: "width",
    subject: "2 hidden layers, batch 64",
    sizes: powersOfTwo(4, 11),
    arithmetic: (size) => networkArithmetic(narrow(size), 64),
    bytes: (size) => networkBytes(narrow(size), 64),
    make: (library, size) => network(library, narrow(size), 64),
  },
  {
    name: "depth",
    title: "hidden layers",
    subject: "layers of 64, batch 64",
    sizes: powersOfTwo(1, 8),
    arithmetic: (size) => networkArithmetic(deep(size), 64),
    bytes: (size) => networkBytes(deep(size), 64),
    make: (library, size) => network(library, deep(size), 64),
  },
  {
    name: "batch",
    title: "batch",
    subject: "784-256-128-10",
    sizes: powersOfTwo(3, 10),
    arithmetic: (size) => networkArithmetic(usual, size),
    bytes: (size) => networkBytes(usual, size),
    make: (library, size) => network(library, usual, size),
  },
];
