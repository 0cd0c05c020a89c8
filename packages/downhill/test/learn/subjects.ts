/** The estimators, each with every kind of training it has, on a table that is small and irregular. */
import { nn, optim, tensor, type Tensor } from "downhill";
import {
  type AnyEstimator,
  ElasticNet,
  HuberRegressor,
  Lasso,
  LinearRegression,
  LinearSVC,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  type NeuralNet,
  NeuralNetClassifier,
  NeuralNetRegressor,
  PoissonRegressor,
  Ridge,
  SGDClassifier,
  SGDRegressor,
} from "downhill/learn";

export const rows = 60;

/** Irregular, so that no two columns depend on each other; of mean about 0 and size about 1. */
export const table: readonly (readonly number[])[] = Array.from({ length: rows }, (_, i) => [
  1.4 * Math.sin(i * i),
  1.4 * Math.cos(3 * i + 0.5),
  ((i * 7) % 11) / 3.3 - 1.5,
]);

/** A plane, a bend and some noise. */
export const numbers: readonly number[] = table.map(
  ([a, b, c], i) => 1.2 * a! - 0.7 * b! + 0.4 * a! * c! + 0.5 + 0.4 * Math.sin(11 * i),
);

/** Numbers of events. */
export const counts: readonly number[] = numbers.map((y, i) =>
  Math.round(Math.exp(y / 2 + 0.3 * Math.sin(5 * i))),
);

/** Of unequal size, and not to be told apart without errors. */
export const twoClasses: readonly number[] = numbers.map((y, i) => (y + 0.6 * Math.sin(5 * i) > 0.9 ? 1 : 0));
export const threeClasses: readonly number[] = numbers.map((y, i) => {
  const value = y + 0.6 * Math.sin(5 * i);
  return value > 1.3 ? 2 : value > 0 ? 1 : 0;
});

export const float64 = (values: readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: "float64" });

/** How a training goes on: at once, by sweeps or iterations over all rows, or by steps with a rate. */
export type Course = "direct" | "iterated" | "stepped";

export interface Subject {
  readonly name: string;
  readonly make: (options?: object) => AnyEstimator | NeuralNet;
  readonly course: Course;
  readonly task: "numbers" | "classes";
  readonly y: readonly number[];
  /** Whether all rows take part in each step. */
  readonly isWhole: boolean;
  /** Whether its start is random. */
  readonly isNetwork: boolean;
}

/** Rates are given, since measured ones depend on the last bit; and losses may rise now and then, as momentum has it. */
const stepped = { learningRate: 0.02, tol: 0, nIterNoChange: 30, maxIter: 30 } as const;
const whole = { learningRateSchedule: "constant", batchSize: null } as const;
const network = { hiddenLayerSizes: [5, 4], activation: "tanh" } as const;

/** As those of the perceptrons, but for their start. */
const layers = new Map(
  [1, 3].map((outputs) => [
    outputs,
    nn.sequential([nn.dense(3, 5), (x) => x.tanh(), nn.dense(5, 4), (x) => x.tanh(), nn.dense(4, outputs)]),
  ]),
);
const layersTo = (outputs: 1 | 3) => layers.get(outputs)!;
const { learningRate: _own, ...given } = stepped;
const nadam = optim.nadam({ learningRate: 0.02 });

const subject = (
  name: string,
  course: Course,
  y: readonly number[],
  make: (options?: object) => AnyEstimator | NeuralNet,
  { isWhole = true }: { isWhole?: boolean } = {},
): Subject => ({
  name,
  make,
  course,
  y,
  isWhole,
  task: y === numbers || y === counts ? "numbers" : "classes",
  isNetwork: /^(MLP|NeuralNet)/.test(name),
});

export const subjects: readonly Subject[] = [
  subject("LinearRegression", "direct", numbers, (options) => new LinearRegression({ ...options })),
  subject(
    "LinearRegression by sgd",
    "stepped",
    numbers,
    (options) => new LinearRegression({ solver: "sgd", ...stepped, ...options }),
  ),
  subject(
    "LinearRegression by adam in batches",
    "stepped",
    numbers,
    (options) => new LinearRegression({ solver: "adam", batchSize: 16, ...stepped, ...options }),
    { isWhole: false },
  ),
  subject("Ridge", "direct", numbers, (options) => new Ridge({ alpha: 3, ...options })),
  subject(
    "Ridge by momentum",
    "stepped",
    numbers,
    (options) => new Ridge({ alpha: 3, solver: "momentum", ...stepped, ...options }),
  ),
  subject("Lasso", "iterated", numbers, (options) => new Lasso({ alpha: 0.1, ...options })),
  subject(
    "ElasticNet",
    "iterated",
    numbers,
    (options) => new ElasticNet({ alpha: 0.1, l1Ratio: 0.6, ...options }),
  ),
  ...(["lbfgs", "newton"] as const).flatMap((solver) =>
    [twoClasses, threeClasses].map((y) =>
      subject(
        `LogisticRegression by ${solver} of ${y === twoClasses ? "two" : "three"} classes`,
        "iterated",
        y,
        (options) => new LogisticRegression({ solver, C: 2, tol: 1e-10, ...options }),
      ),
    ),
  ),
  ...(["lbfgs", "newton"] as const).map((solver) =>
    subject(
      `PoissonRegressor by ${solver}`,
      "iterated",
      counts,
      (options) => new PoissonRegressor({ solver, alpha: 0.1, tol: 1e-11, ...options }),
    ),
  ),
  subject(
    "HuberRegressor",
    "iterated",
    numbers,
    (options) => new HuberRegressor({ alpha: 0.5, tol: 1e-11, ...options }),
  ),
  ...[twoClasses, threeClasses].map((y) =>
    subject(
      `LinearSVC of ${y === twoClasses ? "two" : "three"} classes`,
      "iterated",
      y,
      (options) => new LinearSVC({ C: 0.5, tol: 1e-11, ...options }),
    ),
  ),
  subject(
    "LogisticRegression by nesterov",
    "stepped",
    threeClasses,
    (options) => new LogisticRegression({ solver: "nesterov", C: 2, ...stepped, ...options }),
  ),
  subject(
    "LogisticRegression by adagrad in batches",
    "stepped",
    twoClasses,
    (options) => new LogisticRegression({ solver: "adagrad", batchSize: 16, ...stepped, ...options }),
    { isWhole: false },
  ),
  subject(
    "SGDRegressor on all rows",
    "stepped",
    numbers,
    (options) =>
      new SGDRegressor({
        ...stepped,
        ...whole,
        loss: "huber",
        epsilon: 0.5,
        penalty: "elasticnet",
        ...options,
      }),
  ),
  subject(
    "SGDRegressor row by row",
    "stepped",
    numbers,
    (options) => new SGDRegressor({ ...stepped, learningRateSchedule: "constant", ...options }),
    { isWhole: false },
  ),
  subject(
    "SGDClassifier on all rows",
    "stepped",
    threeClasses,
    (options) => new SGDClassifier({ ...stepped, ...whole, loss: "logLoss", ...options }),
  ),
  subject(
    "SGDClassifier in batches",
    "stepped",
    twoClasses,
    (options) =>
      new SGDClassifier({ ...stepped, learningRateSchedule: "constant", batchSize: 16, ...options }),
    { isWhole: false },
  ),
  subject(
    "MLPRegressor by adam",
    "stepped",
    numbers,
    (options) => new MLPRegressor({ ...network, ...stepped, ...options }),
  ),
  subject(
    "MLPRegressor by sgd in batches",
    "stepped",
    numbers,
    (options) => new MLPRegressor({ ...network, solver: "sgd", batchSize: 7, ...stepped, ...options }),
    { isWhole: false },
  ),
  subject(
    "MLPRegressor by lbfgs",
    "iterated",
    numbers,
    (options) => new MLPRegressor({ ...network, solver: "lbfgs", maxIter: 12, ...options }),
  ),
  subject(
    "MLPClassifier by rmsprop of two classes",
    "stepped",
    twoClasses,
    (options) => new MLPClassifier({ ...network, solver: "rmsprop", ...stepped, ...options }),
  ),
  subject(
    "MLPClassifier by adamw in batches",
    "stepped",
    threeClasses,
    (options) => new MLPClassifier({ ...network, solver: "adamw", batchSize: 16, ...stepped, ...options }),
    { isWhole: false },
  ),
  subject(
    "MLPClassifier by lbfgs of three classes",
    "iterated",
    threeClasses,
    (options) => new MLPClassifier({ ...network, solver: "lbfgs", maxIter: 12, ...options }),
  ),
  subject(
    "NeuralNetRegressor by momentum",
    "stepped",
    numbers,
    (options) => new NeuralNetRegressor(layersTo(1), { solver: "momentum", ...stepped, ...options }),
  ),
  subject(
    "NeuralNetRegressor by an optimizer in batches",
    "stepped",
    numbers,
    (options) =>
      new NeuralNetRegressor(layersTo(1), { ...given, optimizer: nadam, batchSize: 16, ...options }),
    { isWhole: false },
  ),
  subject(
    "NeuralNetClassifier by adam of two classes",
    "stepped",
    twoClasses,
    (options) => new NeuralNetClassifier(layersTo(1), { ...stepped, ...options }),
  ),
  subject(
    "NeuralNetClassifier by lbfgs of three classes",
    "iterated",
    threeClasses,
    (options) => new NeuralNetClassifier(layersTo(3), { solver: "lbfgs", maxIter: 12, ...options }),
  ),
];

/** All tensors of a tree, in order. */
export const leavesOf = (tree: unknown): Tensor[] => {
  if (typeof tree !== "object" || tree === null) return [];
  if ("dtype" in tree) return [tree as Tensor];
  return Object.keys(tree)
    .sort()
    .flatMap((key) => leavesOf((tree as Record<string, unknown>)[key]));
};

/** All numbers of a tree of tensors, in order. */
export const flat = (tree: unknown): number[] => leavesOf(tree).flatMap(({ data }) => Array.from(data));

export const parametersOf = (model: AnyEstimator | NeuralNet): number[] => flat(model.parameters);

/** The largest difference, as a share of the largest number. */
export const distance = (a: readonly number[], b: readonly number[]): number => {
  if (a.length !== b.length) return Infinity;
  const size = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / size;
};
