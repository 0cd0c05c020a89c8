/** Labels of every kind, weights of classes, and what classifiers say about rows. */
import { tensor } from "downhill";
import { type ClassWeight, type Label, LogisticRegression, MLPClassifier } from "downhill/learn";
import { describe, expect, test } from "vitest";
import { distance, float64, parametersOf, rows, table, threeClasses, twoClasses } from "./subjects.ts";

const X = float64(table);

type Classifier = LogisticRegression | MLPClassifier;

const makers: readonly (readonly [string, (classWeight?: ClassWeight | null) => Classifier])[] = [
  [
    "LogisticRegression by newton",
    (classWeight = null) => new LogisticRegression({ solver: "newton", tol: 1e-12, classWeight }),
  ],
  [
    "LogisticRegression by sgd in batches",
    (classWeight = null) =>
      new LogisticRegression({ solver: "sgd", learningRate: 0.1, batchSize: 16, maxIter: 20, classWeight }),
  ],
  [
    "MLPClassifier by adam",
    (classWeight = null) =>
      new MLPClassifier({ hiddenLayerSizes: [6], learningRate: 0.02, maxIter: 30, classWeight }),
  ],
];

describe.each(makers)("%s", (_, make) => {
  test.each([
    ["texts", ["b", "a", "c"]],
    ["texts, two of them", ["yes", "no"]],
    ["numbers", [10, -2, 9.5]],
    ["booleans", [true, false]],
  ] as [string, Label[]][])("labels that are %s", (_kind, labels) => {
    const indices = labels.length === 2 ? twoClasses : threeClasses;
    const sorted = labels.toSorted((a, b) => (a < b ? -1 : 1));
    const named = make().fit(
      X,
      indices.map((index) => sorted[index]!),
    );
    const numbered = make().fit(X, indices);
    expect(named.classes).toEqual(sorted);
    // What labels are called makes no difference.
    expect(parametersOf(named)).toEqual(parametersOf(numbered));
    expect(named.predict(X)).toEqual((numbered.predict(X) as number[]).map((index) => sorted[index]));
    expect(
      named.score(
        X,
        indices.map((index) => sorted[index]!),
      ),
    ).toBe(numbered.score(X, indices));
  });

  test("labels in a tensor", () => {
    const model = make().fit(X, tensor(Int32Array.from(threeClasses)));
    expect(model.classes).toEqual([0, 1, 2]);
    const truths = make().fit(X, tensor(twoClasses.map((label) => label === 1)));
    expect(truths.classes).toEqual([false, true]);
    expect(truths.predict(X).every((label) => typeof label === "boolean")).toBe(true);
  });

  test.each([
    ["two", twoClasses, 2],
    ["three", threeClasses, 3],
  ] as const)("probabilities and scores of %s classes", (_count, y, count) => {
    const model = make().fit(X, y);
    const probabilities = model.predictProba(X);
    const decision = model.decisionFunction(X);
    expect(probabilities.shape).toEqual([rows, count]);
    expect(decision.shape).toEqual(count === 2 ? [rows] : [rows, count]);
    const predicted = model.predict(X) as number[];
    for (let row = 0; row < rows; row++) {
      const of = Array.from(probabilities.data.slice(row * count, (row + 1) * count));
      expect(of.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
      expect(predicted[row]).toBe(of.indexOf(Math.max(...of)));
      // The logits: differences of the logarithms of probabilities.
      if (count === 2) expect(decision.data[row]).toBeCloseTo(Math.log(of[1]! / of[0]!), 10);
      else
        expect(decision.data[row * 3 + 2]! - decision.data[row * 3]!).toBeCloseTo(
          Math.log(of[2]! / of[0]!),
          10,
        );
    }
    expect(model.score(X, y)).toBe(predicted.filter((label, i) => label === y[i]).length / rows);
  });

  test("weights of classes are weights of their rows", () => {
    const weights = [0.5, 3, 1];
    const byRow = make().fit(X, threeClasses, { sampleWeight: threeClasses.map((label) => weights[label]!) });
    for (const classWeight of [
      { 0: 0.5, 1: 3 },
      new Map([
        [0, 0.5],
        [1, 3],
        [2, 1],
      ]),
    ])
      expect(parametersOf(make(classWeight).fit(X, threeClasses))).toEqual(parametersOf(byRow));
    // They multiply.
    const both = make({ 1: 3 }).fit(X, threeClasses, {
      sampleWeight: threeClasses.map((label) => (label === 0 ? 0.5 : 1)),
    });
    expect(parametersOf(both)).toEqual(parametersOf(byRow));
    expect(distance(parametersOf(byRow), parametersOf(make().fit(X, threeClasses)))).toBeGreaterThan(0.01);
  });

  test("balanced: all classes weigh the same together", () => {
    const count = (label: number): number => threeClasses.filter((y) => y === label).length;
    const byRow = make().fit(X, threeClasses, {
      sampleWeight: threeClasses.map((label) => rows / (3 * count(label))),
    });
    const balanced = make("balanced").fit(X, threeClasses);
    expect(parametersOf(balanced)).toEqual(parametersOf(byRow));
    const { data } = balanced.predictProba(X);
    const largest = [0, 1, 2].toSorted((a, b) => count(b) - count(a))[0]!;
    const plain = make().fit(X, threeClasses).predictProba(X).data;
    const mean = (values: ArrayLike<number>): number =>
      threeClasses.reduce((sum, _label, row) => sum + values[row * 3 + largest]!, 0) / rows;
    expect(mean(data)).toBeLessThan(mean(plain));
  });

  test("weights of classes that are of no use are refused", () => {
    const refuses = (classWeight: unknown, message: string): void =>
      expect(() => make(classWeight as ClassWeight).fit(X, threeClasses)).toThrow(message);
    refuses({ 4: 1 }, 'classWeight names "4", which is not among the classes');
    refuses({ 1: -1 }, "classWeight of 1 is -1; write a number ≥ 0");
    refuses(
      "balance",
      'classWeight is "balance"; write "balanced", a Map or an object of weights by label, or null',
    );
  });

  test("labels that are no labels are refused", () => {
    const refuses = (y: unknown, message: string): void =>
      expect(() => make().fit(X, y as Label[])).toThrow(message);
    const withLast = (last: unknown): unknown[] => [...twoClasses.slice(1), last];
    refuses(withLast(null), "y[59] is null; labels are text, numbers or booleans, and none may be missing");
    refuses(withLast(NaN), "y[59] is NaN");
    refuses(withLast(undefined), "y[59] is undefined");
    refuses(withLast("1"), "y mixes kinds of labels: y[0] is a number, y[59] a string");
    refuses(
      twoClasses.map(() => "same"),
      'all rows have the label "same"; a classifier needs at least two classes',
    );
    const model = make().fit(X, threeClasses);
    expect(() =>
      model.lossFunction(
        X,
        threeClasses.map((label) => label + 1),
      ),
    ).toThrow("which is none of the classes 0, 1, 2");
  });
});

test("a class that has no rows in a batch or among the rows held out", () => {
  const y = twoClasses.map((label, i) => (i === 7 ? 2 : label));
  const model = new MLPClassifier({ batchSize: 4, earlyStopping: true, maxIter: 5 }).fit(X, y);
  expect(model.classes).toEqual([0, 1, 2]);
  expect(model.predictProba(X).shape).toEqual([rows, 3]);
  expect(model.history.loss.every((loss) => Number.isFinite(loss))).toBe(true);
});
