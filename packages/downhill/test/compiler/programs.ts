/** Programs of the kind that training makes, for the compiler's tests. */
import {
  concatenate,
  conv2d,
  grad,
  maxPool2d,
  logSoftmax,
  makeProgram,
  oneHot,
  tensor,
  valueAndGrad,
  zerosLike,
  type Tensor,
} from "../../src/index.ts";
import type { Program } from "../../src/program/program.ts";
import type { ConcreteTensor } from "../../src/tensor/tensor.ts";

/** Numbers in [−1, 1), the same at every run. */
export const numbers = (shape: readonly number[], seed = 1): Tensor => {
  let state = seed;
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x40000000 - 1;
  });
  return tensor(values, { shape });
};

interface Layer {
  readonly w: Tensor;
  readonly b: Tensor;
}

const forward = (layers: readonly Layer[], x: Tensor): Tensor =>
  layers.reduce((h, { w, b }, i) => {
    const z = h.matmul(w).add(b);
    return i < layers.length - 1 ? z.relu() : z;
  }, x);

const crossEntropy = (layers: readonly Layer[], x: Tensor, labels: Tensor): Tensor =>
  logSoftmax(forward(layers, x)).mul(oneHot(labels, 3)).sum(1).mean().neg();

interface State {
  readonly layers: readonly Layer[];
  readonly moments: readonly Layer[];
  readonly count: Tensor;
}

/** One step of gradient descent with momentum and a warm-up, on a network with one hidden layer. */
const momentumStep = (state: State, x: Tensor, labels: Tensor): [State, Tensor] => {
  const [loss, gradients] = valueAndGrad(crossEntropy)(state.layers, x, labels);
  const count = state.count.add(1);
  const rate = count.mul(0.01).tanh();
  const moments = state.moments.map(({ w, b }, i) => ({
    w: w.mul(0.9).add(gradients[i]!.w),
    b: b.mul(0.9).add(gradients[i]!.b),
  }));
  const layers = state.layers.map(({ w, b }, i) => ({
    w: w.sub(moments[i]!.w.mul(rate)),
    b: b.sub(moments[i]!.b.mul(rate)),
  }));
  return [{ layers, moments, count }, loss];
};

const layers = [
  { w: numbers([5, 20], 2), b: numbers([20], 3) },
  { w: numbers([20, 3], 4), b: numbers([3], 5) },
];
const state: State = {
  layers,
  moments: layers.map(({ w, b }) => ({ w: zerosLike(w), b: zerosLike(b) })),
  count: tensor(0),
};
const x = numbers([7, 5], 6);
const labels = tensor([0, 1, 2, 0, 1, 2, 2], { dtype: "int32" });

export interface ProgramCase {
  readonly name: string;
  readonly program: Program;
  readonly inputs: readonly ConcreteTensor[];
}

const leavesOf = (tree: unknown): ConcreteTensor[] => {
  if (typeof tree === "object" && tree !== null && "values" in tree && "dtype" in tree)
    return [tree as ConcreteTensor];
  if (Array.isArray(tree)) return tree.flatMap(leavesOf);
  const record = tree as Readonly<Record<string, unknown>>;
  return Object.keys(record)
    .sort()
    .flatMap((key) => leavesOf(record[key]));
};

const programCase = <A extends readonly unknown[]>(
  name: string,
  f: (...args: A) => unknown,
  ...args: A
): ProgramCase => ({
  name,
  program: makeProgram(f)(...(args as never)),
  inputs: leavesOf(args),
});

export const cases: readonly ProgramCase[] = [
  programCase("training step", momentumStep, state, x, labels),
  programCase("elementwise chain", (a: Tensor) => a.mul(2).add(1).tanh().mul(a.sigmoid()), numbers([33, 5])),
  programCase(
    "chain with sum and gradient",
    grad((a: Tensor) => a.mul(2).add(1).tanh().sum()),
    numbers([50]),
  ),
  programCase(
    "second derivative",
    grad((a: Tensor) => grad((b: Tensor) => b.tanh().square().sum())(a).sum()),
    numbers([9]),
  ),
  programCase(
    "one tensor read under two shapes",
    (a: Tensor) => {
      const same = a.reshape(1, 5).reshape(5);
      return [same.add(same), a.add(a)];
    },
    numbers([5]),
  ),
  programCase(
    "chain read under another shape",
    (a: Tensor, b: Tensor) => a.add(1).reshape(3, 4, 2).mul(b),
    numbers([3, 8]),
    numbers([3, 4, 2], 2),
  ),
  programCase(
    "convolutions with elementwise operations between them",
    grad(
      (k: Tensor, x: Tensor) =>
        conv2d(maxPool2d(conv2d(x, k, { padding: 1, bias: k.sum([1, 2, 3]) }).relu(), 2), k)
          .mul(0.1)
          .tanh()
          .sum(),
      { argnums: [0, 1] },
    ),
    numbers([2, 2, 3, 3], 7),
    numbers([3, 2, 8, 8], 8),
  ),
  programCase(
    "operations on transposed values",
    (a: Tensor, b: Tensor) => {
      const c = a.transpose([2, 0, 1]).tanh().add(b);
      return [
        c.flip(1).sum(0),
        concatenate([c, c], 2).transpose([1, 2, 0]),
        c.mul(c.max({ axis: 1, keepdims: true })),
      ];
    },
    numbers([3, 4, 2]),
    numbers([4], 2),
  ),
  programCase("views", (a: Tensor) => a.T.slice([1, 4]).reshape(-1).flip().add(1), numbers([4, 6])),
  programCase(
    "reductions of both kinds",
    (a: Tensor) => [a.sum(0), a.max(1), a.std(), a.mean(0).sub(a)],
    numbers([6, 11]),
  ),
  programCase(
    "small powers",
    (a: Tensor) => a.pow(1).add(a.pow(2)).add(a.pow(3)).mul(a.pow(-1)).sub(0).div(1),
    numbers([8]),
  ),
];
