/** Broken trainings on real tables, each with one known cause planted. */
import { tensor } from "downhill";
import {
  type AnyEstimator,
  type Cause,
  LinearRegression,
  loadModel,
  LogisticRegression,
  type MatrixData,
  MLPClassifier,
  MLPRegressor,
  Ridge,
  saveModel,
  type Warning,
} from "downhill/learn";
import { readTable } from "../tables.ts";

export type Label = number | string;

/** What is fitted, and on what. */
export interface Training {
  readonly model: AnyEstimator;
  readonly X: MatrixData;
  readonly y: readonly Label[];
  readonly options?: object;
}

const numbersOf = (y: readonly string[]): number[] => {
  const values = y.map(Number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
};

/** 442 rows, 10 columns; raw they are up to 200 large. */
export const raw = readTable("diabetes");
export const diabetes = readTable("diabetes", { preprocessing: "standardise" });
export const progression = numbersOf(diabetes.y);
const rawProgression = diabetes.y.map(Number);
export const cancer = readTable("breast_cancer", { preprocessing: "standardise" });
export const wine = readTable("wine", { preprocessing: "standardise" });
const rawWine = readTable("wine");

/** The table with one cell changed. */
const withCell = (
  X: readonly (readonly number[])[],
  row: number,
  column: number,
  value: number,
): number[][] => X.map((cells, i) => cells.map((cell, j) => (i === row && j === column ? value : cell)));

/** A fitted network as it comes back from a file in which something went wrong. */
const spoilt = (
  model: AnyEstimator,
  change: (name: string, value: number) => number,
  options: object,
): AnyEstimator => {
  const { config, tensors } = saveModel(model);
  const changed = Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape, dtype }]) => [
      name,
      tensor(
        Array.from(data, (value) => change(name, value)),
        { dtype },
      ).reshape(shape),
    ]),
  );
  return loadModel({
    config: { ...config, options: { ...(config.options as object), ...options } },
    tensors: changed,
  });
};

type Found<F, K> = Extract<F, { kind: K }>;

/** A training that runs away. */
export interface Runaway {
  readonly name: string;
  readonly make: () => Training;
  readonly cause: Cause["kind"];
  /** What must be true of the cause found. */
  readonly figures?: (cause: never) => Record<string, [found: unknown, expected: unknown]>;
  /** Where the first bad number must be, if there is one. */
  readonly bad?: object;
  /** A part of the message. */
  readonly says: RegExp;
}

const runaway = <K extends Cause["kind"]>(
  cause: K,
  name: string,
  make: () => Training,
  says: RegExp,
  {
    figures,
    bad,
  }: { figures?: (cause: Found<Cause, K>) => Record<string, [unknown, unknown]>; bad?: object } = {},
): Runaway => ({
  name,
  make,
  cause,
  says,
  ...(figures && { figures }),
  ...(bad && { bad }),
});

const linear = (options: object, X = diabetes.X, y: readonly number[] = progression): Training => ({
  model: new LinearRegression({ solver: "sgd", ...options }),
  X,
  y,
});

const network = (options: object, X = diabetes.X, y: readonly number[] = progression): Training => ({
  model: new MLPRegressor({ hiddenLayerSizes: [32], ...options }),
  X,
  y,
});

export const runaways: readonly Runaway[] = [
  runaway(
    "rate",
    "plain descent at four times the border",
    () => linear({ learningRate: 1 }),
    /the learning rate 1 is 4 times the border of stable steps, 2\/λmax = 0\.2485/,
    {
      figures: ({ rate, border, growth }) => ({
        rate: [rate, 1],
        "rate above the border": [rate > border!, true],
        "growth as theory has it": [Math.abs(growth!.measured / growth!.predicted - 1) < 1e-3, true],
      }),
    },
  ),
  runaway(
    "rate",
    "momentum, beyond its own border",
    () => linear({ solver: "momentum", learningRate: 0.6 }),
    /2·\(1 \+ β\)\/λmax = 0\.472\d, since the sharpest curvature is λmax = 8\.048 and β = 0\.9/,
    { figures: ({ momentum, nesterov }) => ({ momentum: [momentum, 0.9], nesterov: [nesterov, false] }) },
  ),
  runaway(
    "momentum",
    "Nesterov's momentum, stable without it",
    () => linear({ solver: "nesterov", learningRate: 0.2 }),
    /with Nesterov's momentum 0\.9 steps are stable up to 0\.1686 only, without it up to 0\.2485/,
  ),
  runaway(
    "rate",
    "Adam with steps of 1",
    () => network({ learningRate: 1, hiddenLayerSizes: [16, 16] }),
    /the learning rate 1 is too high for adam/,
    { figures: ({ border }) => ({ border: [border, undefined] }) },
  ),
  runaway(
    "rate",
    "a network whose loss overflows",
    () => network({ solver: "sgd", learningRate: 5, batchSize: 64 }),
    /in the loss: square, at row \d+ of X\n {2}\(.*\)² overflows: float32 ends at 3\.403e38/,
    { bad: { phase: "forward", operation: "square", part: { kind: "loss" }, batchRows: 64 } },
  ),
  runaway(
    "rate",
    "a rate so high that the update overflows",
    () => network({ solver: "sgd", learningRate: 3e38, batchSize: 64 }),
    /in the optimizer's update of layers\[\d\]\.(kernel|bias)/,
    { bad: { phase: "update", step: 1, epoch: 1, batch: 1 } },
  ),
  runaway(
    "rate",
    "a deep network that explodes layer by layer",
    () => network({ solver: "sgd", learningRate: 1, hiddenLayerSizes: [16, 16, 16, 16] }),
    /signals of size 1(\.\d+)? had become .* by then: ×.* in layer 1, ×.* in layer 2/,
  ),
  runaway(
    "unscaledColumn",
    "raw columns, linear",
    () => linear({ learningRate: 0.01 }, raw.X),
    /column 4 of X is not scaled, its mean 189\.1, its standard deviation 34\.57/,
    {
      figures: ({ column, rate, border, scaledBorder }) => ({
        column: [column, 4],
        "between the borders": [border! < rate && rate < scaledBorder!, true],
      }),
    },
  ),
  runaway(
    "unscaledColumn",
    "raw columns, a network in batches",
    () => network({ solver: "sgd", learningRate: 0.01, batchSize: 32 }, raw.X),
    /standardise column 4/,
    { figures: ({ column }) => ({ column: [column, 4] }) },
  ),
  runaway(
    "unscaledColumn",
    "a gradient that overflows behind a finite loss",
    () => ({
      model: new LinearRegression({ solver: "sgd", learningRate: 0.01 }),
      X: tensor(
        diabetes.X.map((row) => row.map((value) => 1e25 * value)),
        { dtype: "float32" },
      ),
      y: progression.map((value) => 1e15 * value),
    }),
    /on the way back, in the slope of the weighted sum: matrix product\n {2}going back through matrix product, slopes up to .* overflows: float32/,
    { bad: { phase: "backward", step: 1, operation: "dot", part: { kind: "layer", layer: 1, layers: 1 } } },
  ),
  runaway(
    "outlier",
    "a cell with a slipped decimal point",
    () => linear({ learningRate: 0.1 }, withCell(diabetes.X, 37, 2, 1.8e6)),
    /row 37 of X has 1\.8e6 in column 2 of X, where the other rows are around/,
    { figures: ({ row, column, count }) => ({ row: [row, 37], column: [column, 2], count: [count, 1] }) },
  ),
  runaway(
    "outlier",
    "a target of 10³⁰",
    () =>
      network(
        { solver: "sgd", learningRate: 0.01, batchSize: 32 },
        diabetes.X,
        progression.map((value, row) => (row === 12 ? 1e30 : value)),
      ),
    /row 12 of X has 1e30 in y/,
    {
      figures: ({ row, column }) => ({ row: [row, 12], column: [column, -1] }),
      bad: { phase: "forward", operation: "square", row: 12, part: { kind: "loss" } },
    },
  ),
  runaway(
    "targetScale",
    "targets in their own unit",
    () =>
      network(
        { solver: "sgd", learningRate: 0.05, batchSize: 32, hiddenLayerSizes: [32, 32] },
        diabetes.X,
        rawProgression,
      ),
    /the targets are large: mean 152\.1, standard deviation 77/,
  ),
  runaway(
    "penalty",
    "a strong penalty in a logistic regression",
    () => ({
      model: new LogisticRegression({ solver: "sgd", C: 0.001, learningRate: 10 }),
      X: cancer.X,
      y: cancer.y,
    }),
    /rate 10 times its curvature 1\.757 is 17\.57, and above 2 weights overshoot 0/,
  ),
  runaway(
    "penalty",
    "a strong penalty in a ridge regression",
    () => ({
      model: new Ridge({ solver: "sgd", alpha: 1e4, learningRate: 0.1 }),
      X: diabetes.X,
      y: progression,
    }),
    /the penalty alone makes steps too long/,
  ),
  runaway(
    "smallBatch",
    "batches of one row",
    () => linear({ learningRate: 0.1, batchSize: 1 }),
    /stable on all rows together \(up to 0\.2485\), but a step sees only 1 row/,
    { figures: ({ rate, batchBorder }) => ({ "above that of a row": [rate > batchBorder, true] }) },
  ),
  runaway(
    "initialWeights",
    "a start at weights twenty times too large",
    () => {
      const { model, X, y } = network({
        hiddenLayerSizes: [16, 16, 16],
        solver: "sgd",
        learningRate: 0.01,
        maxIter: 20,
      });
      model.fit(X, y as number[]);
      const isKernel = (name: string): boolean => name.endsWith("kernel");
      return {
        model: spoilt(model, (name, value) => (isKernel(name) ? 20 * value : value), { warmStart: true }),
        X,
        y,
      };
    },
    /the training began at weights that are too large: .* the layers multiply their signals: ×\d+ in layer 1/,
    { figures: ({ gains }) => ({ "each layer": [gains.every(({ gain }) => gain > 5), true] }) },
  ),
];

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
      model: new MLPClassifier({ activation: "tanh", hiddenLayerSizes: [16], maxIter: 100 }),
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
