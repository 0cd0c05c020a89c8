/** The way of a training through its parameters. */
import { type Tensor, tensor } from "downhill";
import { sharpness, sharpnessAlong } from "downhill/explain";
import {
  type LinearParameters,
  LinearRegression,
  LogisticRegression,
  MLPRegressor,
  parameterPath,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { float64, parametersOf, table, twoClasses } from "./subjects.ts";

const X = float64(table);
const numbers = tensor(Float64Array.from(table, ([a, b]) => 2 * a! - b! + 1));

const valuesOf = (parameters: object): unknown[] =>
  Object.values(parameters as LinearParameters).map((leaf: Tensor) => leaf.toArray());

describe("parameterPath", () => {
  test("of a training by steps goes from before the first epoch to after the last", () => {
    const path = parameterPath();
    const model = new LinearRegression({ solver: "sgd", maxIter: 12, tol: 0 }).fit(X, numbers, {
      onParameters: path.add,
    });
    const points = path.points();
    expect(points.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect((points[0]!.parameters as LinearParameters).coef.data.every((value) => value === 0)).toBe(true);
    expect(valuesOf(points.at(-1)!.parameters)).toEqual(valuesOf(model.parameters));
    // The loss of a full-batch step is that before it.
    const loss = model.lossFunction(X, numbers);
    points.slice(0, -1).forEach(({ parameters }, i) => {
      // Sums of the rows' errors in another order.
      expect(loss(parameters as LinearParameters).item()).toBeCloseTo(model.history.loss[i]!, 12);
    });
  });

  test.each(["lbfgs", "newton"] as const)("of %s has its iterates", (solver) => {
    const path = parameterPath();
    const model = new LogisticRegression({ solver }).fit(X, twoClasses, { onParameters: path.add });
    const points = path.points();
    expect(points).toHaveLength(model.nIter + 1);
    expect(valuesOf(points.at(-1)!.parameters)).toEqual(valuesOf(model.parameters));
    const loss = model.lossFunction(X, twoClasses);
    points.slice(1).forEach(({ parameters }, i) => {
      expect(loss(parameters as LinearParameters).item()).toBeCloseTo(model.history.loss[i]!, 12);
    });
  });

  test("of a model solved in one step is empty", () => {
    const path = parameterPath();
    new LinearRegression().fit(X, numbers, { onParameters: path.add });
    expect(path.points()).toEqual([]);
  });

  test("does not change the training", () => {
    const make = (): MLPRegressor => new MLPRegressor({ hiddenLayerSizes: [4], maxIter: 20, randomState: 3 });
    const [plain, watched] = [make().fit(X, numbers), make()];
    watched.fit(X, numbers, { onParameters: parameterPath().add });
    expect(parametersOf(watched)).toEqual(parametersOf(plain));
  });

  test("has the first epochs, and of later ones as many for each doubling", () => {
    const path = parameterPath({ perDoubling: 4 });
    for (let epoch = 0; epoch <= 37; epoch++) path.add({ w: tensor([epoch]) }, epoch);
    expect(path.points().map(({ epoch }) => epoch)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 37,
    ]);
  });

  test("is kept within its memory, and not at all if that holds too few points", () => {
    const parameters = { w: tensor(new Float64Array(100)) };
    const path = parameterPath({ bytes: 10_000 });
    for (let epoch = 0; epoch <= 40; epoch++) path.add(parameters, epoch);
    // 12 of them, and the last.
    expect(path.points().map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40]);
    expect(path.isTooLarge()).toBe(false);
    const tooLarge = parameterPath({ bytes: 3000 });
    for (let epoch = 0; epoch <= 40; epoch++) tooLarge.add(parameters, epoch);
    expect(tooLarge.points()).toEqual([]);
    expect(tooLarge.isTooLarge()).toBe(true);
  });
});

test("sharpnessAlong is the sharpness at each point", () => {
  const path = parameterPath();
  const model = new LogisticRegression().fit(X, twoClasses, { onParameters: path.add });
  const loss = model.lossFunction(X, twoClasses);
  const points = path.points().map(({ parameters }) => parameters as LinearParameters);
  expect(sharpnessAlong(loss, points)).toEqual(points.map((point) => sharpness(loss, point)));
});
