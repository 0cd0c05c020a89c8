/** Trainings on real tables that come to their end and should not be trusted, each with one known cause planted. */
import { LinearRegression, LogisticRegression, MLPClassifier, type Warning } from "downhill/learn";
import {
  cancer,
  diabetes,
  type Found,
  linear,
  network,
  progression,
  raw,
  rawWine,
  spoilt,
  type Training,
  wine,
  withCell,
} from "./trainings.ts";

/** A training that comes to its end, and should not be trusted. */
export interface Sick {
  readonly name: string;
  readonly make: () => Training;
  readonly warning: Warning["kind"];
  readonly figures?: (warning: never) => Record<string, [found: unknown, expected: unknown]>;
  readonly says: RegExp;
}

const sick = <K extends Warning["kind"]>(
  warning: K,
  name: string,
  make: () => Training,
  says: RegExp,
  figures?: (warning: Found<Warning, K>) => Record<string, [unknown, unknown]>,
): Sick => ({
  name,
  make,
  warning,
  says,
  ...(figures && { figures }),
});

/** Of two classes, the second one with so many rows only. */
const rare = (count: number): { X: number[][]; y: string[] } => {
  const kept = cancer.y.flatMap((label, row) => (label === "benign" ? [row] : []));
  const others = cancer.y.flatMap((label, row) => (label === "malignant" ? [row] : [])).slice(0, count);
  const rows = [...kept, ...others];
  return { X: rows.map((row) => cancer.X[row]!), y: rows.map((row) => cancer.y[row]!) };
};

export const sickOnes: readonly Sick[] = [
  sick(
    "slow",
    "a rate of a millionth",
    () => linear({ learningRate: 1e-6 }),
    /the rate is too small: in 1000 epochs the loss fell by 0\.5\d* % only, at rate 1e−6 \(steps are stable up to 0\.2485\)/,
    ({ suggestedLoss, loss }) => ({ "the other rate gets farther": [suggestedLoss < 0.6 * loss, true] }),
  ),
  sick(
    "slow",
    "Adam with steps of 10⁻⁷",
    () => network({ learningRate: 1e-7, maxIter: 40 }),
    /the rate is too small: .* at rate 1e−7\n/,
  ),
  sick(
    "vanishingGradients",
    "six layers of logistic units under plain descent",
    () => ({
      model: new MLPClassifier({
        solver: "sgd",
        learningRate: 0.1,
        activation: "logistic",
        hiddenLayerSizes: [16, 16, 16, 16, 16, 16],
        maxIter: 60,
      }),
      X: cancer.X,
      y: cancer.y,
    }),
    /gradients vanish: .* smaller at the first, behind 6 layers of logistic/,
    ({ slopes }) => ({
      layers: [slopes.length, 7],
      "smaller towards the inputs": [slopes[0]! < slopes[6]!, true],
    }),
  ),
  sick(
    "deadUnits",
    "biases far below zero",
    () => {
      const start = network({ hiddenLayerSizes: [16], maxIter: 5 });
      start.model.fit(start.X, start.y as number[]);
      const isHidden = (name: string): boolean => name === "parameters.layers.0.bias";
      return {
        ...start,
        model: spoilt(start.model, (name, value) => (isHidden(name) ? value - 50 : value), {
          warmStart: true,
          maxIter: 50,
        }),
      };
    },
    /16 of 16 units of hidden layer 1 are dead: 0 on all 442 rows/,
    ({ dead, units }) => ({ all: [dead, units] }),
  ),
  sick(
    "deadUnits",
    "first steps on raw columns",
    () => ({
      model: new MLPClassifier({ solver: "sgd", learningRate: 0.05, hiddenLayerSizes: [16], maxIter: 100 }),
      X: rawWine.X,
      y: rawWine.y,
    }),
    /units of hidden layer 1 are dead/,
  ),
  sick(
    "saturation",
    "raw columns into tanh",
    () => ({
      // Of the seeds from 0 to 11 all saturate but 0, which escapes or not by a last bit.
      model: new MLPClassifier({ activation: "tanh", hiddenLayerSizes: [16], maxIter: 100, randomState: 3 }),
      X: rawWine.X,
      y: rawWine.y,
    }),
    /of the outputs of hidden layer 1 are saturated: the slope of tanh is below 0\.01 there/,
    ({ share, size }) => ({ most: [share > 0.5, true], "large arguments": [size > 10, true] }),
  ),
  sick(
    "constantPrediction",
    "one row in thirty of the other class",
    () => ({ model: new LogisticRegression({ C: 0.0005 }), ...rare(12) }),
    /every row is predicted as class "benign", which 96\.75 % of the rows are; the other class is never predicted/,
    ({ label, classes }) => ({ label: [label, "benign"], classes: [classes, 2] }),
  ),
  sick(
    "overfitting",
    "a large network on half of a small table",
    () => ({
      ...network(
        { hiddenLayerSizes: [100], maxIter: 300, learningRate: 0.01 },
        diabetes.X.slice(0, 221),
        progression.slice(0, 221),
      ),
      options: { validation: { X: diabetes.X.slice(221), y: progression.slice(221) } },
    }),
    /it overfits: since epoch \d+ the loss on the rows held out rose from/,
    ({ lowest, last }) => ({ rose: [last > 1.1 * lowest, true] }),
  ),
  sick(
    "conflictingLabels",
    "every third wine entered twice, once under another cultivar",
    () => {
      const twice = [...wine.X.keys()].filter((row) => row % 3 === 0);
      return {
        model: new LogisticRegression(),
        X: [...wine.X, ...twice.map((row) => wine.X[row]!)],
        y: [...wine.y, ...twice.map((row) => (wine.y[row] === "class_0" ? "class_1" : "class_0"))],
      };
    },
    /120 of 238 rows equal others in all columns, but not in y \(row 0 of X and row 178 of X\): no model can be right on more than 74\.79 %/,
    ({ rows, of }) => ({ rows: [rows, 120], of: [of, 238] }),
  ),
  sick(
    "constantColumn",
    "a column that says the year",
    () =>
      linear(
        {},
        diabetes.X.map((row) => [...row, 1]),
      ),
    /column 10 of X is 1 in every row: it tells nothing/,
    ({ column }) => ({ column: [column, 10] }),
  ),
  sick(
    "unscaledColumns",
    "raw columns with the rate measured",
    () => ({ model: new LogisticRegression({ solver: "sgd" }), X: rawWine.X, y: rawWine.y }),
    /the columns differ much in size, from column 7 of X .* to column 12 of X/,
    ({ loss, scaledLoss }) => ({ "standardised ones get farther": [scaledLoss < 0.5 * loss, true] }),
  ),
  sick(
    "outlier",
    "a slipped decimal point that least squares survives",
    () => ({ model: new LinearRegression(), X: withCell(raw.X, 100, 4, 19_000_000), y: progression }),
    /row 100 of X has 1\.9e7 in column 4 of X, where the other rows are around 1\d\d/,
    ({ row, column }) => ({ row: [row, 100], column: [column, 4] }),
  ),
];
