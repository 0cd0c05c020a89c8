/** Early stopping, and the rows that are held out for it. */
import {
  type AnyEstimator,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { randomSource } from "../../src/learn/random.ts";
import { splitRows } from "../../src/learn/split.ts";
import { distance, float64, numbers, table, threeClasses, twoClasses } from "./subjects.ts";

const X = float64(table);
/** Rows of the same kind that are not learnt from, with noise of their own: what is learnt by heart fails on them. */
const others = float64(table.map(([a, b, c], i) => [-a!, b! + 0.2 * Math.cos(7 * i), -c!]));
const noisy = (y: readonly number[]): number[] =>
  y.map((value, i) => (i % 4 === 0 ? y[(i + 1) % y.length]! : value));

const wide = {
  hiddenLayerSizes: [40],
  learningRate: 0.02,
  alpha: 0,
  maxIter: 400,
  nIterNoChange: 8,
} as const;

const trainings: readonly (readonly [
  name: string,
  y: readonly number[],
  make: (by: "score" | "loss") => AnyEstimator,
])[] = [
  [
    "MLPRegressor",
    numbers,
    (earlyStoppingBy) => new MLPRegressor({ ...wide, earlyStopping: true, earlyStoppingBy }),
  ],
  [
    "MLPRegressor in batches",
    numbers,
    (earlyStoppingBy) => new MLPRegressor({ ...wide, batchSize: 10, earlyStopping: true, earlyStoppingBy }),
  ],
  [
    "MLPClassifier of two classes",
    twoClasses,
    (earlyStoppingBy) => new MLPClassifier({ ...wide, earlyStopping: true, earlyStoppingBy }),
  ],
  [
    "MLPClassifier of three classes in batches",
    threeClasses,
    (earlyStoppingBy) => new MLPClassifier({ ...wide, batchSize: 10, earlyStopping: true, earlyStoppingBy }),
  ],
  [
    "LogisticRegression",
    threeClasses,
    (earlyStoppingBy) =>
      new LogisticRegression({
        solver: "adam",
        learningRate: 0.2,
        C: Infinity,
        maxIter: 400,
        earlyStopping: true,
        earlyStoppingBy,
      }),
  ],
];

describe.each(trainings)("%s", (_, y, make) => {
  const held = noisy(y);
  const fitted = (by: "score" | "loss"): AnyEstimator =>
    make(by).fit(X, y, { validation: { X: others, y: held } });

  test("by the score keeps the epoch with the best score, of equal ones that with the least loss", () => {
    const model = fitted("score");
    const { validationScore, validationLoss, loss } = model.history;
    expect(validationScore).toHaveLength(model.nIter);
    expect(validationLoss).toHaveLength(model.nIter);
    expect(model.stopReason).toBe("earlyStopping");
    expect(model.converged).toBe(true);
    const best = Math.max(...validationScore);
    const ties = validationLoss.filter((_value, i) => validationScore[i] === best);
    expect(validationScore[model.bestEpoch - 1]).toBe(best);
    expect(validationLoss[model.bestEpoch - 1]).toBe(Math.min(...ties));
    // It is these parameters indeed that were kept, not those of the end.
    expect(model.score(others, held)).toBe(best);
    expect(model.bestEpoch).toBeLessThan(model.nIter);
    // It went on while the loss of the training rows was still falling.
    expect(loss.at(-1)).toBeLessThan(loss[model.bestEpoch - 1]!);
  });

  test("by the loss keeps the epoch with the least loss", () => {
    const model = fitted("loss");
    const { validationLoss } = model.history;
    const best = Math.min(...validationLoss);
    expect(validationLoss.indexOf(best)).toBe(model.bestEpoch - 1);
    expect(model.stopReason).toBe("earlyStopping");
    const isPenalised = "alpha" in model.options && model.options.alpha > 0;
    expect(isPenalised).toBe(false);
    const lossOfHeld = model.lossFunction(others, held) as (parameters: unknown) => { item(): number };
    expect(distance([lossOfHeld(model.parameters).item()], [best])).toBeLessThan(1e-12);
    // Patience counts from the last improvement that was worth it.
    expect(model.nIter - model.bestEpoch).toBeLessThanOrEqual(40);
  });

  test("holds out a share of its own if none is given", () => {
    const model = make("score").fit(X, y);
    const { validationScore } = model.history;
    expect(validationScore).toHaveLength(model.nIter);
    expect(validationScore[model.bestEpoch - 1]).toBe(Math.max(...validationScore));
    // A tenth of each class: scores are multiples of one over their number.
    const classes = [0, 1, 2].map((label) => y.filter((value) => value === label).length);
    const count = classes.reduce((sum, size) => sum + Math.round(0.1 * size), 0);
    if (y !== numbers)
      for (const score of validationScore) expect(score * count).toBeCloseTo(Math.round(score * count), 12);
    expect(make("score").fit(X, y).history.validationScore).toEqual(validationScore);
  });

  test("interrupted, keeps the best epoch too", () => {
    const end = fitted("score");
    const model = make("score").fit(X, y, {
      validation: { X: others, y: held },
      onEpoch: ({ epoch }) => epoch < end.nIter - 1,
    });
    expect(model.stopReason).toBe("interrupted");
    expect(model.bestEpoch).toBe(end.bestEpoch);
    expect(model.score(others, held)).toBe(Math.max(...model.history.validationScore));
  });
});

test("without early stopping validation is only watched", () => {
  const options = { ...wide, maxIter: 40, nIterNoChange: 400 };
  const watched = new MLPRegressor(options).fit(X, numbers, { validation: { X: others, y: numbers } });
  const plain = new MLPRegressor(options).fit(X, numbers);
  expect(watched.history.validationScore).toHaveLength(40);
  expect(watched.predict(X).data).toEqual(plain.predict(X).data);
  expect(watched.history.validationScore.at(-1)).toBe(watched.score(others, numbers));
});

describe("the split", () => {
  const split = (
    count: number,
    fraction: number,
    strata?: readonly number[],
    seed = 3,
  ): readonly number[][] => {
    const { train, validation } = splitRows("test", randomSource("test", seed), count, fraction, strata);
    return [[...train], [...validation]];
  };

  test("takes each row once, in order", () => {
    const [train, validation] = split(50, 0.3);
    expect(validation).toHaveLength(15);
    expect([...train!, ...validation!].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    expect(train).toEqual(train!.toSorted((a, b) => a - b));
    expect(split(50, 0.3)).toEqual([train, validation]);
    expect(split(50, 0.3, undefined, 4)).not.toEqual([train, validation]);
  });

  test("takes the same share of each class, and leaves one row of each", () => {
    const strata = Array.from({ length: 101 }, (_, i) => (i === 0 ? 2 : i % 5 === 0 ? 1 : 0));
    const [train, validation] = split(101, 0.25, strata);
    const count = (rows: readonly number[], label: number): number =>
      rows.filter((row) => strata[row] === label).length;
    expect([0, 1, 2].map((label) => count(validation!, label))).toEqual([20, 5, 0]);
    expect([0, 1, 2].map((label) => count(train!, label))).toEqual([60, 15, 1]);
  });

  test("that leaves nothing is refused", () => {
    expect(() => split(3, 0.1)).toThrow(
      "of 3 rows a share of 0.1 leaves none for validation; raise validationFraction, give fit validation rows, " +
        "or set earlyStopping: false",
    );
    const model = new LinearRegression({ solver: "sgd", earlyStopping: true });
    expect(() => model.fit([[1], [2], [3]], [1, 2, 3])).toThrow("LinearRegression.fit: of 3 rows");
  });
});
