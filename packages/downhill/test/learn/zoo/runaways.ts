/** Trainings on real tables that run away, each with one known cause planted. */
import { tensor } from "downhill";
import { type Cause, LinearRegression, LogisticRegression, Ridge } from "downhill/learn";
import {
  cancer,
  diabetes,
  type Found,
  linear,
  network,
  progression,
  raw,
  rawProgression,
  spoilt,
  type Training,
  withCell,
} from "./trainings.ts";

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
