/** What every estimator does, however it is trained. */
import { tensor, type Tensor } from "downhill";
import { type AnyEstimator, type NeuralNet, NotFittedError } from "downhill/learn";
import { afterEach, describe, expect, test } from "vitest";
import {
  distance,
  float64,
  leavesOf,
  numbers,
  parametersOf,
  rows,
  type Subject,
  subjects,
  table,
} from "./subjects.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const X = float64(table);

afterEach(() => setTarget("wasm"));

const fitted = (
  { make, y }: Subject,
  options: object = {},
  sampleWeight?: readonly number[],
): AnyEstimator | NeuralNet => make(options).fit(X, y, { sampleWeight });

/** Sums in another order: some rounding each, and up to thirty steps that hand it on. */
const sameSums = 1e-11;

/** Iterations end at a gradient of 1e-10, which at curvatures around 1 leaves them that far from the optimum, on either side. */
const sameOptimum = 1e-9;

/** Row i so many times. */
const counts = table.map((_, i) => [1, 2, 1, 3, 0, 1][i % 6]!);
const repeated = <T>(values: readonly T[]): T[] =>
  values.flatMap((value, i) => new Array<T>(counts[i]!).fill(value));

describe.each(subjects)("$name", (subject) => {
  const { make, y, task, course, isWhole, isNetwork } = subject;

  test("knows nothing before it is fitted", () => {
    const model = make();
    expect(model.isFitted).toBe(false);
    const attributes = [
      ...["parameters", "history", "nIter", "stopReason", "converged", "bestEpoch", "nFeatures"],
      ...["objective", "objectiveValue"],
      ...["coef", "intercept", "coefs", "intercepts"].filter((name) => name in model),
      ...(task === "classes" ? ["classes"] : []),
    ];
    for (const attribute of attributes)
      expect(() => model[attribute as "nIter"]).toThrow(new NotFittedError(model.kind, attribute));
    expect(() => model.predict(X)).toThrow(`${model.kind}.predict: this model has not been fitted`);
    expect(() => model.score(X, y)).toThrow(NotFittedError);
  });

  test("predicts each row, in the dtype of the parameters", () => {
    const model = fitted(subject);
    const predicted = model.predict(X);
    if (task === "numbers") {
      expect((predicted as Tensor).shape).toEqual([rows]);
      expect((predicted as Tensor).dtype).toBe("float64");
    } else {
      expect(predicted).toHaveLength(rows);
      expect(new Set(y)).toEqual(new Set([...new Set(y), ...(predicted as number[])]));
    }
    expect(model.nFeatures).toBe(3);
    // Better than the mean, and than the largest class.
    const largest = Math.max(...[0, 1, 2].map((label) => y.filter((value) => value === label).length));
    expect(model.score(X, y)).toBeGreaterThan(task === "numbers" ? 0 : largest / rows);
    // One row alone is no different.
    const alone = model.predict(float64([table[5]!]));
    if (task === "numbers")
      expect(distance([(alone as Tensor).data[0]!], [(predicted as Tensor).data[5]!])).toBeLessThan(1e-13);
    else expect(alone).toEqual([(predicted as number[])[5]]);
  });

  test("takes nested arrays and float32", () => {
    const nested = make().fit(table, y);
    const own = isNetwork ? "float32" : "float64";
    const dtypes = (model: AnyEstimator | NeuralNet): Set<string> =>
      new Set(leavesOf(model.parameters).map(({ dtype }) => dtype));
    expect(dtypes(nested)).toEqual(new Set([own]));
    const typed = make().fit(
      table.map((row) => Float64Array.from(row)),
      y,
    );
    expect(parametersOf(typed)).toEqual(parametersOf(nested));
    const single = make().fit(tensor(table), y);
    expect(dtypes(single)).toEqual(new Set(["float32"]));
    // Whichever dtype it learnt in, it learnt the same: thirty steps of rounding, or a solution from single numbers.
    expect(distance(parametersOf(single), parametersOf(fitted(subject)))).toBeLessThan(1e-3);
  });

  test("is determined by its data, options and seed", () => {
    const model = fitted(subject);
    const parameters = parametersOf(model);
    expect(parametersOf(fitted(subject))).toEqual(parameters);
    // A second fit forgets the first.
    expect(parametersOf(model.fit(X, y))).toEqual(parameters);
    if (isNetwork || !isWhole)
      expect(parametersOf(fitted(subject, { randomState: 1 }))).not.toEqual(parameters);
    if (isNetwork && isWhole && course === "stepped")
      // The start is random, and nothing else.
      expect(parametersOf(fitted(subject, { shuffle: false }))).toEqual(parameters);
  });

  test("is the same on every target", () => {
    const expected = parametersOf(fitted(subject));
    for (const target of targetNames) {
      setTarget(target);
      const found = fitted(subject);
      // Sums in another order, and elementary functions that round otherwise. L-BFGS compares values on its way.
      const allowed = isNetwork && course === "iterated" ? 1e-7 : course === "iterated" ? 1e-8 : 1e-11;
      expect(distance(parametersOf(found), expected), target).toBeLessThan(allowed);
    }
  });

  test("a weight of 0 is as if the row were left out", () => {
    const kept = table.map((_, i) => i % 5 !== 2);
    const weighted = fitted(
      subject,
      {},
      kept.map((keeps) => (keeps ? 1 : 0)),
    );
    const without = make().fit(
      float64(table.filter((_, i) => kept[i])),
      y.filter((_, i) => kept[i]),
    );
    const difference = distance(parametersOf(weighted), parametersOf(without));
    // Steps are taken on the other rows alone; sums over all rows have zeros in them.
    if (course === "stepped") expect(difference).toBe(0);
    else expect(difference).toBeLessThan(isNetwork ? 1e-7 : course === "iterated" ? sameOptimum : sameSums);
    expect(weighted.objectiveValue).toBeCloseTo(without.objectiveValue, 9);
  });

  if (isWhole)
    test("a weight of k is as if the row were there k times", () => {
      const weighted = fitted(subject, {}, counts);
      const longer = make().fit(float64(repeated(table)), repeated(y));
      // L-BFGS chooses its steps by comparisons, twelve of them for networks: they hand on more than thirty plain ones do.
      const allowed = course !== "iterated" ? sameSums : isNetwork ? 1e-7 : sameOptimum;
      expect(distance(parametersOf(weighted), parametersOf(longer))).toBeLessThan(allowed);
      expect(distance([weighted.objectiveValue], [longer.objectiveValue])).toBeLessThan(1e-9);
      expect(weighted.nIter).toBe(longer.nIter);
      expect(weighted.score(X, y, { sampleWeight: counts })).toBeCloseTo(
        longer.score(float64(repeated(table)), repeated(y)),
        9,
      );
    });

  test("the history has an entry for each iteration", () => {
    const events: number[][] = [];
    const model = make().fit(X, y, {
      onEpoch: ({ epoch, loss, epochs, seconds }) => {
        events.push([epoch, loss, epochs, seconds]);
      },
    });
    const { history, nIter } = model;
    expect(nIter).toBeGreaterThan(0);
    expect(history.epoch).toEqual(Array.from({ length: nIter }, (_, i) => i + 1));
    expect(history.loss).toHaveLength(nIter);
    expect(history.loss.every((loss) => Number.isFinite(loss))).toBe(true);
    expect(history.seconds).toHaveLength(nIter);
    expect(history.seconds.every((time, i) => time >= (history.seconds[i - 1] ?? 0))).toBe(true);
    // Optimizers that are given have a rate of their own.
    const hasRate =
      course === "stepped" && !("optimizer" in model.options && model.options.optimizer !== null);
    const rates = hasRate ? new Array<number>(nIter).fill(0.02) : [];
    expect(history.learningRate).toEqual(rates);
    expect(history.validationLoss).toEqual([]);
    expect(history.validationScore).toEqual([]);
    expect(events.map(([epoch]) => epoch)).toEqual(history.epoch);
    expect(events.map(([, loss]) => loss)).toEqual(history.loss);
    expect(events.map((event) => event[3])).toEqual(history.seconds);
    expect(new Set(events.map((event) => event[2])).size).toBe(1);
    expect(model.bestEpoch).toBe(nIter);
    if (course === "direct") expect([nIter, model.stopReason]).toEqual([1, "converged"]);
    if (course === "stepped") expect([nIter, model.stopReason]).toEqual([30, "maxIter"]);
    expect(model.converged).toBe(model.stopReason === "converged");
    // Every one of these trainings makes the loss smaller.
    expect(history.loss.at(-1)).toBeLessThanOrEqual(history.loss[0]!);
  });

  if ("warmStart" in make().options)
    test("with warmStart goes on where it was", () => {
      const model = make({ warmStart: true }).fit(X, y);
      const { objectiveValue, nIter } = model;
      model.fit(X, y);
      expect(model.objectiveValue).toBeLessThanOrEqual(objectiveValue * (1 + 1e-12));
      if (course === "iterated" && !isNetwork) expect(model.nIter).toBeLessThan(nIter);
      // Without it, the same fit is the same.
      const cold = make().fit(X, y);
      expect(cold.fit(X, y).objectiveValue).toBe(objectiveValue);
    });

  test("the loss of rows is that of the history", () => {
    const model = fitted(subject);
    const loss = model.lossFunction(X, y)(model.parameters as never);
    expect(loss.shape).toEqual([]);
    const perRow = loss.item();
    expect(Number.isFinite(perRow)).toBe(true);
    if (course !== "stepped" && !("alpha" in model.options && "tol" in model.options && !isNetwork))
      expect(distance([perRow], [model.history.loss.at(-1)!])).toBeLessThan(1e-12);
    // Of a single step per epoch the loss is measured before it: the next epoch would begin here.
    if (course === "stepped" && isWhole) {
      const further = make({ maxIter: 31 }).fit(X, y);
      expect(distance([perRow], [further.history.loss[30]!])).toBeLessThan(1e-12);
    }
  });
});

test("numbers and rows that do not go together, or are missing", () => {
  for (const { make, y, task, course, name } of subjects) {
    const model = make();
    const operation = `${model.kind}.fit`;
    const refuses = (f: () => unknown, message: string): void => {
      expect(f, name).toThrow(message);
      expect(model.isFitted, name).toBe(false);
    };
    refuses(
      () => model.fit(X, y.slice(1)),
      `${operation}: X has 60 rows, but y has 59; there must be one for each row`,
    );
    refuses(() => model.fit(X, y, { sampleWeight: [1] }), "X has 60 rows, but sampleWeight has 1");
    refuses(
      () => model.fit(X, y, { sampleWeight: y.map((_, i) => (i === 4 ? -1 : 1)) }),
      "sampleWeight[4] is -1; weights are finite and not negative",
    );
    refuses(() => model.fit(X, y, { sampleWeight: y.map(() => 0) }), "all sample weights are 0");
    refuses(() => model.fit(tensor([1, 2, 3]), [1, 2, 3]), "X has shape [3], but must be [rows, columns]");
    refuses(() => model.fit(tensor([], { shape: [0, 3] }), []), "X is empty: [0, 3]");
    for (const value of [NaN, Infinity]) {
      const broken = table.map((row, i) => (i === 7 ? [0, value, 0] : row));
      refuses(
        () => model.fit(broken, y),
        `${operation}: X has ${value} in row 7, column 1 (counted from 0); fill in or leave out such rows`,
      );
      const target = y.map((number, i) => (i === 3 ? value : number));
      if (task === "numbers") refuses(() => model.fit(X, target), `y has ${value} in row 3 (counted from 0)`);
    }
    if (course === "stepped")
      refuses(
        () => model.fit(X, y, { validation: { X: float64(table.map((row) => row.slice(1))), y } }),
        `${operation}: validation: X has 2 columns, but the model was fitted with 3`,
      );
  }
});

test("a fitted model refuses other columns", () => {
  for (const { make, y } of subjects) {
    const model = make().fit(X, y);
    expect(() => model.predict(float64(table.map((row) => row.slice(1))))).toThrow(
      `${model.kind}.predict: X has 2 columns, but the model was fitted with 3`,
    );
    expect(() => model.predict(table.map((row, i) => (i === 2 ? [0, 0, NaN] : row)))).toThrow(
      `${model.kind}.predict: X has NaN in row 2, column 2`,
    );
    // A fit that is refused leaves the model as it was.
    const before = parametersOf(model);
    expect(() => model.fit(X, [1])).toThrow();
    expect(parametersOf(model)).toEqual(before);
  }
});

test("texts are no numbers", () => {
  expect(() => subjects[0]!.make().fit(X, numbers.map(String) as never)).toThrow(
    /LinearRegression\.fit: y\[0\] is the text ".*", not a number/,
  );
});
