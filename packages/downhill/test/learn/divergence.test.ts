/** Trainings that run away say so, keep the best parameters, and know a rate that does not. */
import {
  type AnyEstimator,
  DivergenceError,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  Ridge,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { float64, numbers, parametersOf, rows, table, threeClasses } from "./subjects.ts";
import { readTable } from "./tables.ts";

const X = float64(table);

const divergenceOf = (f: () => unknown): DivergenceError => {
  try {
    f();
  } catch (error) {
    if (error instanceof DivergenceError) return error;
    throw error;
  }
  throw new Error("it did not diverge");
};

/** λmax of the mean squared error of planes, whose Hessian is 2/n·AᵀA for A = [X, 1], by power iteration. */
const sharpestCurvature = (columns: readonly (readonly number[])[]): number => {
  const A = columns.map((row) => [...row, 1]);
  let v = A[0]!.map((_, i) => 1 + 0.1 * i);
  let size = 0;
  for (let i = 0; i < 2000; i++) {
    const scores = A.map((row) => row.reduce((sum, a, j) => sum + a * v[j]!, 0));
    const product = v.map(
      (_, j) => (2 / A.length) * A.reduce((sum, row, k) => sum + row[j]! * scores[k]!, 0),
    );
    size = Math.hypot(...product);
    v = product.map((value) => value / size);
  }
  return size;
};

const solvers = [
  ["sgd", 2],
  ["momentum", 3.8],
  ["nesterov", 3.8 / 2.8],
] as const;

describe("the border of stable rates", () => {
  const lambda = sharpestCurvature(table);

  test.each(solvers)("of %s on a plane is where theory has it", (solver, factor) => {
    const border = factor / lambda;
    const options = { solver, tol: 0, nIterNoChange: 2000, maxIter: 2000 } as const;
    const below = new LinearRegression({ ...options, learningRate: 0.97 * border }).fit(X, numbers);
    expect(below.history.loss.at(-1)).toBeLessThan(below.history.loss[0]!);
    const above = new LinearRegression({ ...options, learningRate: 1.03 * border });
    const error = divergenceOf(() => above.fit(X, numbers));
    // As well as power iteration knows λmax when it ends: to a part in 10⁴ or so.
    expect(error.stableRate! / border).toBeCloseTo(1, 2);
    // Half the border, in two digits.
    expect(error.suggestedRate! / (error.stableRate! / 2)).toBeCloseTo(1, 1);
  });

  test("what is measured as auto is half of it", () => {
    const { history } = new LinearRegression({ solver: "sgd", maxIter: 1 }).fit(X, numbers);
    expect(history.learningRate[0]! * lambda).toBeCloseTo(1, 1);
  });
});

interface Runaway {
  readonly name: string;
  readonly y: readonly number[];
  readonly make: (learningRate: number) => AnyEstimator;
  readonly rate: number;
}

const network = { hiddenLayerSizes: [8], maxIter: 200 } as const;

const runaways: readonly Runaway[] = [
  ...solvers.map(([solver]) => ({
    name: `LinearRegression by ${solver}`,
    y: numbers,
    make: (learningRate: number) => new LinearRegression({ solver, learningRate }),
    rate: 5,
  })),
  {
    name: "Ridge in batches",
    y: numbers,
    make: (learningRate) => new Ridge({ solver: "sgd", batchSize: 10, learningRate }),
    rate: 3,
  },
  {
    name: "LogisticRegression, its penalty steeper than the losses",
    y: threeClasses,
    make: (learningRate) => new LogisticRegression({ solver: "sgd", C: 0.001, learningRate }),
    rate: 10,
  },
  {
    name: "MLPRegressor by sgd",
    y: numbers,
    make: (learningRate) => new MLPRegressor({ solver: "sgd", learningRate, ...network }),
    rate: 20,
  },
  {
    name: "MLPRegressor by nesterov in batches",
    y: numbers,
    make: (learningRate) => new MLPRegressor({ solver: "nesterov", batchSize: 16, learningRate, ...network }),
    rate: 5,
  },
  {
    name: "MLPRegressor by adam",
    y: numbers,
    make: (learningRate) => new MLPRegressor({ solver: "adam", learningRate, ...network }),
    rate: 10,
  },
  {
    name: "MLPRegressor by adagrad in batches",
    y: numbers,
    make: (learningRate) => new MLPRegressor({ solver: "adagrad", batchSize: 9, learningRate, ...network }),
    rate: 100,
  },
  {
    name: "MLPClassifier by sgd",
    y: threeClasses,
    make: (learningRate) => new MLPClassifier({ solver: "sgd", learningRate, alpha: 1, ...network }),
    rate: 100,
  },
];

describe.each(runaways)("$name", ({ make, y, rate }) => {
  const model = make(rate);
  const error = divergenceOf(() => model.fit(X, y));

  test("says when, how far and how fast", () => {
    expect(error.learningRate).toBe(rate);
    expect(error.step).toBeGreaterThan(0);
    expect(error.epoch).toBeGreaterThan(0);
    expect(["non-finite", "rising"]).toContain(error.reason);
    expect(Number.isFinite(error.loss)).toBe(error.reason === "rising");
    expect(error.message).toContain(`${model.kind}.fit: the loss `);
    expect(error.message).toContain(
      `at step ${error.step} (epoch ${error.epoch}), with learning rate ${rate}`,
    );
    expect(error.message).toContain(`learningRate: ${error.suggestedRate!}`);
    expect(model.stopReason).toBe("diverged");
    expect(model.converged).toBe(false);
    expect(model.history.loss).toHaveLength(model.nIter);
    expect(model.history.epoch).toHaveLength(model.nIter);
  });

  test("keeps the best parameters, and can be used", () => {
    expect(parametersOf(model).every((value) => Number.isFinite(value))).toBe(true);
    const lossAt = model.lossFunction(X, y) as (parameters: unknown) => { item(): number };
    const kept = lossAt(model.parameters).item();
    const start = lossAt(make(rate).fit(X, y, { signal: AbortSignal.abort() }).parameters).item();
    expect(kept).toBeLessThanOrEqual(start);
    expect(model.bestEpoch).toBe(error.bestEpoch);
    if (error.bestEpoch === 0)
      expect(error.message).toContain("the parameters are those before the first step");
    else expect(error.message).toContain(`the parameters of epoch ${error.bestEpoch} `);
    expect(error.bestLoss).toBeLessThan(error.reason === "rising" ? error.loss : Infinity);
    expect(Number.isFinite(model.score(X, y))).toBe(true);
  });

  test("trains at the rate that was suggested", () => {
    expect(error.suggestedRate).toBeLessThan(rate);
    const cured = make(error.suggestedRate!).fit(X, y);
    expect(cured.stopReason).not.toBe("diverged");
    const { loss } = cured.history;
    expect(loss.at(-1)).toBeLessThan(loss[0]!);
    const largest = Math.max(...[0, 1, 2].map((label) => y.filter((value) => value === label).length));
    expect(cured.score(X, y)).toBeGreaterThan(y === numbers ? 0.3 : largest / rows - 1e-9);
  });
});

test("a table of very different columns: the border lies where its largest column has it", () => {
  const { X: raw, y } = readTable("diabetes");
  const targets = y.map(Number);
  const error = divergenceOf(() =>
    new LinearRegression({ solver: "sgd", learningRate: 0.01 }).fit(raw, targets),
  );
  expect(error.stableRate! * sharpestCurvature(raw)).toBeCloseTo(2, 3);
  expect(error.message).toMatch(/standardise column 4/);
});
