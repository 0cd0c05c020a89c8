/** What multi-layer perceptrons have that other estimators have not. */
import { tensor } from "downhill";
import { MLPClassifier, MLPRegressor, type MlpRegressorOptions } from "downhill/learn";
import { describe, expect, test } from "vitest";
import { distance, float64, numbers, parametersOf, rows, table, threeClasses } from "./subjects.ts";

const X = float64(table);
const targets = numbers.map((value, i) => [value, table[i]![0]! * table[i]![1]!]);

describe("targets", () => {
  const options = { hiddenLayerSizes: [20], learningRate: 0.02 } as const;

  test("two at once", () => {
    const model = new MLPRegressor(options).fit(X, targets);
    expect(model.predict(X).shape).toEqual([rows, 2]);
    expect(model.coefs.map(({ shape }) => shape)).toEqual([
      [3, 20],
      [20, 2],
    ]);
    expect(model.intercepts.map(({ shape }) => shape)).toEqual([[20], [2]]);
    expect(model.score(X, targets)).toBeGreaterThan(0.8);
  });

  test("one as a column", () => {
    const column = new MLPRegressor(options).fit(
      X,
      numbers.map((value) => [value]),
    );
    const vector = new MLPRegressor(options).fit(X, numbers);
    expect(parametersOf(column)).toEqual(parametersOf(vector));
    expect(column.predict(X).shape).toEqual([rows]);
    expect(
      column.score(
        X,
        numbers.map((value) => [value]),
      ),
    ).toBe(vector.score(X, numbers));
  });
});

describe("the layers", () => {
  test.each([
    [[], [[3, 1]]],
    [
      [7],
      [
        [3, 7],
        [7, 1],
      ],
    ],
    [
      [4, 5, 6],
      [
        [3, 4],
        [4, 5],
        [5, 6],
        [6, 1],
      ],
    ],
  ] as [number[], number[][]][])("of %j", (hiddenLayerSizes, shapes) => {
    const model = new MLPRegressor({ hiddenLayerSizes, maxIter: 2 }).fit(X, numbers);
    expect(model.coefs.map(({ shape }) => shape)).toEqual(shapes);
  });

  test("without hidden ones, a linear model", () => {
    const model = new MLPRegressor({ hiddenLayerSizes: [], solver: "lbfgs", alpha: 0, tol: 1e-12 }).fit(
      X,
      numbers,
    );
    const [kernel] = model.coefs;
    const predicted = table.map(
      (row) =>
        row.reduce((sum, value, i) => sum + value * kernel!.data[i]!, 0) + model.intercepts[0]!.data[0]!,
    );
    expect(distance(Array.from(model.predict(X).data), predicted)).toBeLessThan(1e-14);
  });

  test.each([
    ["identity", (x: number) => x],
    ["logistic", (x: number) => 1 / (1 + Math.exp(-x))],
    ["tanh", Math.tanh],
    ["relu", (x: number) => Math.max(0, x)],
  ] as const)("are what they are said to be with %s", (activation, f) => {
    const model = new MLPClassifier({ activation, hiddenLayerSizes: [4, 3], maxIter: 5 }).fit(
      X,
      threeClasses,
    );
    const layers = model.coefs.map(({ data, shape }, i) => ({
      data,
      outputs: shape[1]!,
      bias: model.intercepts[i]!.data,
    }));
    const scores = table.flatMap((row) =>
      layers.reduce<number[]>(
        (signal, { data, outputs, bias }, i) => {
          const sums = Array.from({ length: outputs }, (_, unit) =>
            signal.reduce((sum, value, k) => sum + value * data[k * outputs + unit]!, bias[unit]!),
          );
          return i < layers.length - 1 ? sums.map(f) : sums;
        },
        [...row],
      ),
    );
    expect(distance(Array.from(model.decisionFunction(X).data), scores)).toBeLessThan(1e-13);
  });

  test("begin at random, alike in both dtypes, with signals that keep their size", () => {
    const start = (activation: "relu" | "tanh", dtype: "float32" | "float64"): MLPRegressor =>
      new MLPRegressor({ activation, hiddenLayerSizes: [200, 100] }).fit(tensor(table, { dtype }), numbers, {
        signal: AbortSignal.abort(),
      });
    const close = distance(parametersOf(start("relu", "float32")), parametersOf(start("relu", "float64")));
    expect(close).toBeLessThan(2 ** -23);
    for (const [activation, bound] of [
      ["relu", (inputs: number) => Math.sqrt(6 / inputs)],
      ["tanh", (inputs: number, outputs: number) => Math.sqrt(6 / (inputs + outputs))],
    ] as const) {
      const { data, shape } = start(activation, "float64").coefs[1]!;
      const largest = Math.max(...data.map(Math.abs));
      const limit = bound(shape[0]!, shape[1]!);
      expect(largest).toBeLessThanOrEqual(limit);
      // Of 20 000 uniform numbers, the largest is within a thousandth of the limit with all but certainty.
      expect(largest).toBeGreaterThan(0.999 * limit);
      expect(
        start(activation, "float64").intercepts.every(({ data: bias }) => bias.every((b) => b === 0)),
      ).toBe(true);
    }
  });
});

describe("learning rates", () => {
  const ratesOf = (options: Partial<MlpRegressorOptions>): number[] =>
    new MLPRegressor({ hiddenLayerSizes: [3], solver: "sgd", ...options }).fit(X, numbers).history
      .learningRate;

  test("constant", () => {
    expect(ratesOf({ learningRate: 0.01, maxIter: 3 })).toEqual([0.01, 0.01, 0.01]);
  });

  test("invscaling: by the rows seen", () => {
    const rates = ratesOf({
      learningRate: 0.05,
      learningRateSchedule: "invscaling",
      powerT: 0.3,
      maxIter: 4,
    });
    expect(rates).toEqual([0, 60, 120, 180].map((seen) => 0.05 / (seen + 1) ** 0.3));
  });

  test("adaptive: a fifth when nothing gets better, until it is below 1e-6", () => {
    // Nothing is ever good enough.
    const rates = ratesOf({
      learningRate: 1e-3,
      learningRateSchedule: "adaptive",
      tol: 100,
      nIterNoChange: 2,
    });
    // The first epoch is better than none; then two are put up with, and one more is too many.
    const expected = [4, 3, 3, 3, 3, 3].flatMap((epochs, i) => new Array<number>(epochs).fill(1e-3 / 5 ** i));
    expect(rates.slice(0, expected.length)).toHaveLength(expected.length);
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i] ?? 0, 12));
    expect(rates.at(-1)).toBeLessThan(1e-6);
    expect(rates.filter((rate) => rate < 1e-6)).toHaveLength(3);
  });

  test.each(["adam", "adamw", "rmsprop", "adagrad"] as const)(
    "auto for %s trains well and fast",
    (solver) => {
      const model = new MLPRegressor({ solver, hiddenLayerSizes: [30] }).fit(X, numbers);
      const [rate] = model.history.learningRate;
      expect(rate).toBeGreaterThan(1e-4);
      expect(rate).toBeLessThan(0.2);
      expect(model.score(X, numbers)).toBeGreaterThan(0.8);
      expect(
        new MLPRegressor({ solver, hiddenLayerSizes: [30] }).fit(X, numbers).history.learningRate[0],
      ).toBe(rate);
    },
  );

  test.each(["sgd", "momentum", "nesterov"] as const)(
    "auto for %s lowers the loss at every epoch",
    (solver) => {
      const { loss } = new MLPRegressor({ solver, hiddenLayerSizes: [30], maxIter: 30 }).fit(
        X,
        numbers,
      ).history;
      expect(loss.at(-1)).toBeLessThan(0.5 * loss[0]!);
      if (solver === "sgd") expect(loss.every((value, i) => i === 0 || value < loss[i - 1]!)).toBe(true);
    },
  );
});

describe("dropout", () => {
  const options = { hiddenLayerSizes: [30], learningRate: 0.01, maxIter: 40, batchSize: 20 } as const;
  const model = new MLPRegressor({ ...options, dropout: 0.4 }).fit(X, numbers);

  test("is repeatable, and another with another seed", () => {
    expect(parametersOf(new MLPRegressor({ ...options, dropout: 0.4 }).fit(X, numbers))).toEqual(
      parametersOf(model),
    );
    const other = new MLPRegressor({ ...options, dropout: 0.4, randomState: 1 }).fit(X, numbers);
    expect(parametersOf(other)).not.toEqual(parametersOf(model));
  });

  test("makes training harder, and is off afterwards", () => {
    expect(model.predict(X).data).toEqual(model.predict(X).data);
    // What is seen with units missing is worse than what all of them say.
    expect(model.history.loss.at(-1)).toBeGreaterThan(model.objectiveValue);
    const plain = new MLPRegressor(options).fit(X, numbers);
    expect(plain.objectiveValue).toBeLessThan(model.objectiveValue);
  });

  test("keeps the mean of signals: at the start, the losses with and without it agree on average", () => {
    // A linear network of one layer: the mean over masks of (ŷ − y)² is that without, plus the variance of ŷ; of a
    // signal that is doubled or left out, it is its square.
    const linear = {
      hiddenLayerSizes: [200],
      activation: "identity",
      learningRate: 1e-12,
      solver: "sgd",
    } as const;
    const hundred = { alpha: 0, tol: 0, maxIter: 100, nIterNoChange: 100 };
    const losses = new MLPRegressor({ ...linear, ...hundred, dropout: 0.5 }).fit(X, numbers);
    const without = losses.objectiveValue;
    const { coefs } = losses;
    const hidden = table.map((row) =>
      Array.from({ length: 200 }, (_, unit) =>
        row.reduce((sum, value, k) => sum + value * coefs[0]!.data[k * 200 + unit]!, 0),
      ),
    );
    const variance =
      hidden.reduce(
        (sum, units) => sum + units.reduce((s, value, unit) => s + (value * coefs[1]!.data[unit]!) ** 2, 0),
        0,
      ) / rows;
    const { loss } = losses.history;
    const mean = loss.reduce((a, b) => a + b, 0) / loss.length;
    const deviation = Math.sqrt(loss.reduce((sum, value) => sum + (value - mean) ** 2, 0) / loss.length);
    // Within four standard errors of the mean of a hundred epochs.
    expect(Math.abs(mean - (without + variance))).toBeLessThan((4 * deviation) / 10);
    // And it could not do without the variance.
    expect(Math.abs(mean - without)).toBeGreaterThan((4 * deviation) / 10);
  });
});

describe("warm start", () => {
  const options = { hiddenLayerSizes: [5], learningRate: 0.01, maxIter: 10, warmStart: true } as const;

  test("goes on where the last fit ended", () => {
    const model = new MLPRegressor(options).fit(X, numbers);
    const { objectiveValue } = model;
    model.fit(X, numbers);
    expect(model.history.loss).toHaveLength(10);
    expect(distance([model.history.loss[0]!], [objectiveValue])).toBeLessThan(1e-14);
    expect(model.objectiveValue).toBeLessThan(objectiveValue);
  });

  test("begins anew where shapes or dtypes differ", () => {
    const model = new MLPRegressor(options).fit(X, numbers);
    const narrow = float64(table.map((row) => row.slice(0, 2)));
    expect(parametersOf(model.fit(narrow, numbers))).toEqual(
      parametersOf(new MLPRegressor(options).fit(narrow, numbers)),
    );
    const single = tensor(table);
    expect(parametersOf(model.fit(X, numbers).fit(single, numbers))).toEqual(
      parametersOf(new MLPRegressor(options).fit(single, numbers)),
    );
  });

  test("at a good place is no divergence", () => {
    const model = new MLPClassifier({ hiddenLayerSizes: [60], alpha: 0, maxIter: 400, warmStart: true });
    model.fit(X, threeClasses);
    for (let i = 0; i < 3; i++) {
      const { objectiveValue } = model;
      model.fit(X, threeClasses);
      // Adam's first steps have the full size whatever the gradient: they lead away, and the best is kept.
      expect(model.objectiveValue).toBeLessThanOrEqual(1.5 * objectiveValue);
    }
  });
});
