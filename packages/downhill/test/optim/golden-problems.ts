/** The functions of test/golden/optimizers.json and more-optimizers.json. */
import { softplus, tensor, Tensor } from "downhill";
import { type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";

export interface Problem {
  readonly formula: string;
  readonly start: readonly number[];
  readonly data?: Readonly<Record<string, GoldenArray>>;
  readonly loss_at_start: number;
  readonly gradient_at_start: readonly number[];
  readonly minimizer: readonly number[];
  readonly minimum: number;
}

export interface Trajectory {
  readonly id: string;
  readonly problem: string;
  readonly convention: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** The trajectory if left out. */
  readonly compare?: "trajectory" | "final_loss";
  readonly growth?: number;
  /** By step. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly loss: Readonly<Record<string, number>>;
}

interface GoldenOptimizers {
  readonly problems: Readonly<Record<string, Problem>>;
  readonly trajectories: readonly Trajectory[];
  readonly schedules: readonly {
    readonly id: string;
    readonly schedule: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly values: readonly number[];
  }[];
}

/** A problem whose parameters are a matrix and a vector. */
interface MatrixProblem {
  readonly data: Readonly<Record<"A" | "B", GoldenArray>>;
  readonly start: Readonly<Record<"W" | "b", GoldenArray>>;
}

interface MoreOptimizers {
  readonly problems: { readonly matrix: MatrixProblem };
  readonly trajectories: readonly Trajectory[];
}

const first = readGolden<GoldenOptimizers>("optimizers");
const more = readGolden<MoreOptimizers>("more-optimizers");
const { matrix } = more.problems;

export const { problems, schedules } = first;
export const trajectories: readonly Trajectory[] = [...first.trajectories, ...more.trajectories];

/** A vector, or a tree. */
export type Params = Tensor | Readonly<Record<"W" | "b", Tensor>>;

/** All elements, in the order of the reference values. */
export const elementsOf = (params: Params): ArrayLike<number> =>
  params instanceof Tensor ? params.data : [...params.W.data, ...params.b.data];

export const startOf = (name: string): Params =>
  name === "matrix"
    ? { W: toTensor(matrix.start.W), b: toTensor(matrix.start.b) }
    : tensor(Float64Array.from(problems[name]!.start));

const element = (x: Tensor, i: number): Tensor => x.slice([i, i + 1]).reshape();

/** (1 − x₀)² + 100 (x₁ − x₀²)² */
export const rosenbrock = (p: Tensor): Tensor => {
  const [x, y] = [element(p, 0), element(p, 1)];
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100));
};

/** ½Σ(A W + b − B)² */
const ofMatrix = ({ W, b }: Exclude<Params, Tensor>): Tensor =>
  toTensor(matrix.data.A).matmul(W).add(b).sub(toTensor(matrix.data.B)).square().sum().mul(0.5);

/** The named problem as a function of its parameters, whichever it has. */
export const functionOf = (name: string): ((params: Params) => Tensor) =>
  (name === "matrix" ? ofMatrix : lossOf(name)) as (params: Params) => Tensor;

/** The named problem as a function of its parameter vector. */
export const lossOf = (name: string): ((p: Tensor) => Tensor) => {
  const { data = {} } = problems[name]!;
  const array = (key: string): Tensor => toTensor(data[key]!);
  if (name === "rosenbrock") return rosenbrock;
  if (name === "quadratic") {
    const [A, c] = [array("A"), array("c")];
    return (x) => x.dot(A.dot(x)).mul(0.5).sub(c.dot(x));
  }
  const [X, y] = [array("X"), array("y")];
  return (p) => {
    const z = X.matmul(p.slice([0, 3])).add(element(p, 3));
    return softplus(z).sub(y.mul(z)).mean();
  };
};

/** Fails where a parameter or a loss is further away than rounding, magnified along the way, can bring it. */
export const expectTrajectory = (
  { id, growth = 10, parameters, loss }: Trajectory,
  at: (step: number) => { readonly params: ArrayLike<number>; readonly value: number },
): void => {
  const expectClose = (actual: number, expected: number, what: string): void => {
    const tolerance = 1e-12 * growth * Math.max(1, Math.abs(expected));
    if (!(Math.abs(actual - expected) <= tolerance))
      throw new Error(`${id}: ${what} is ${actual}, expected ${expected} ± ${tolerance}`);
  };
  for (const [step, expected] of Object.entries(parameters)) {
    const { params, value } = at(Number(step));
    expected.forEach((p, i) => expectClose(params[i]!, p, `parameter ${i} after step ${step}`));
    expectClose(value, loss[step]!, `loss after step ${step}`);
  }
};
