/** What the library is asked to do in a browser and in Node: every kind of kernel, small and large. */
import {
  concatenate,
  erf,
  grad,
  hvp,
  jit,
  matmul,
  nn,
  optim,
  random,
  scan,
  softmax,
  type Tensor,
  tensor,
  valueAndGrad,
  vmap,
} from "downhill";
import { LogisticRegression } from "downhill/learn";

const normal = (seed: number, ...shape: number[]): Tensor => random.normal(random.key(seed), shape);

const network = nn.mlp([40, 96, 5]);
const adam = optim.adam({ learningRate: 0.01 });
const initial = network.init(random.key(0));
type Params = typeof initial;
type State = readonly [params: Params, moments: ReturnType<typeof adam.init>];

const loss = (params: Params, x: Tensor, y: Tensor): Tensor =>
  nn.softmaxCrossEntropy(network.apply(params, x), y);

/** Twenty steps of Adam in one compiled call: the losses and the parameters. */
const train = (): Tensor[] => {
  const step = ([params, moments]: State, [x, y]: readonly [Tensor, Tensor]): readonly [State, Tensor] => {
    const [value, gradient] = valueAndGrad(loss)(params, x, y);
    const [updates, next] = adam.update(gradient, moments);
    return [[optim.applyUpdates(params, updates), next], value];
  };
  const epoch = jit((state: State, xs: Tensor, ys: Tensor) => scan(step, state, [xs, ys]));
  const labels = softmax(normal(2, 20, 64, 5).mul(3));
  const [[params], losses] = epoch([initial, adam.init(initial)], normal(1, 20, 64, 40), labels);
  return [losses, ...leavesOf(params)];
};

const leavesOf = (tree: unknown): Tensor[] =>
  typeof (tree as Tensor).toArray === "function"
    ? [tree as Tensor]
    : Object.values(tree as object).flatMap(leavesOf);

const elementary = (x: Tensor): Tensor[] => [
  x.exp(),
  x.tanh(),
  x.sigmoid(),
  x.square().add(0.1).log(),
  x.sin(),
  x.cos(),
  x.square().add(1).sqrt(),
  erf(x),
  x.abs().add(0.5).pow(1.7),
  x.square().sum(),
];

const works: Readonly<Record<string, () => Tensor[]>> = {
  random: () => [normal(3, 1000), random.uniform(random.key(4), [1000])],
  "elementary functions, few": () => elementary(normal(5, 50)),
  "elementary functions, many": () => elementary(normal(6, 40_000)),
  "elementary functions, float64": () => elementary(normal(7, 20_000).astype("float64")),
  product: () => [matmul(normal(8, 210, 190), normal(9, 190, 230))],
  "batch of products": () => [matmul(normal(10, 6, 70, 80), normal(11, 6, 80, 60))],
  "rows and columns": () => {
    const x = normal(12, 501, 403);
    return [x.sum(0), x.sum(1), x.max(0), softmax(x).max(1), concatenate([x, x.neg()], 0).mean(1)];
  },
  "gradients of examples": () => {
    const f = (w: Tensor, x: Tensor): Tensor => x.matmul(w).tanh().square().sum();
    return [vmap(grad(f), { inAxes: [null, 0] })(normal(13, 30, 20), normal(14, 50, 30))];
  },
  curvature: () => {
    const f = (w: Tensor): Tensor => normal(15, 60, 40).matmul(w).sigmoid().square().sum();
    return [hvp(f, [normal(16, 40, 3)], normal(17, 40, 3))];
  },
  training: train,
  estimator: () => {
    const x = normal(18, 2000, 12);
    const labels = x.sum(1).add(normal(19, 2000)).greater(0).astype("int32");
    const { coef, intercept } = new LogisticRegression().fit(x, labels);
    return [coef, intercept];
  },
  "random bits": () => [random.bits(random.key(20), [100])],
  numbers: () => [tensor([0.1, -0, 1e-40, 3.4e38]).mul(tensor([3, 2, 1, 0.5]))],
};

export const workNames = Object.keys(works);

/** Elements of the results; of long ones every `stride`-th, and their sum in the order of memory. */
export type Results = Readonly<Record<string, number[]>>;

const sample = ({ data }: Tensor): number[] => {
  const values = Array.from(data as ArrayLike<number>);
  const stride = Math.ceil(values.length / 500);
  return [values.reduce((sum, value) => sum + value, 0), ...values.filter((_, i) => i % stride === 0)];
};

export function runWorks(): Results {
  return Object.fromEntries(Object.entries(works).map(([name, work]) => [name, work().flatMap(sample)]));
}
