import { z } from "zod";
import { planSchema } from "./planSchema.ts";
import { cardFormat, cardVersion } from "./format.ts";

const count = z.number().int().nonnegative();
/** Infinite and undefined numbers are null in JSON. */
const measure = z.number().nullable();

export const classificationMetrics = z.object({
  accuracy: measure,
  logLoss: measure,
  /** Mean over the classes. */
  f1: measure,
});

export const regressionMetrics = z.object({
  r2: measure,
  /** Root of the mean squared error, in the target's unit. */
  rmse: measure,
  /** Mean absolute error, in the target's unit. */
  mae: measure,
});

const metrics = z.union([classificationMetrics, regressionMetrics]);

/** What predicts without looking at any column. */
const baseline = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("mean"), value: z.number(), metrics: regressionMetrics }),
  z.object({
    kind: z.literal("majority"),
    /** Index of the most frequent class of the training rows. */
    value: count,
    /** Share of each class among the training rows. */
    shares: z.array(z.number()),
    metrics: classificationMetrics,
  }),
]);

const training = z.object({
  optimizer: z.string(),
  /** The rate of the first epoch; null for methods that have none. */
  learningRate: measure,
  /** Rows for each step; null for all. */
  batchSize: z.number().int().positive().nullable(),
  /** The most epochs (or iterations) that were allowed. */
  maxEpochs: count,
  epochs: count,
  /** Whose parameters were kept. */
  bestEpoch: count,
  stopReason: z.enum(["converged", "maxIter", "earlyStopping", "interrupted", "diverged"]),
  seconds: z.number(),
  /** The function that was made small, and its value on the training rows. */
  objective: z.string(),
  objectiveValue: measure,
});

const importance = z.object({ feature: z.string(), importance: z.number() });

/** `model.json`: everything about a model except its numbers, which are in `model.safetensors`. */
export const cardSchema = z.object({
  format: z.literal(cardFormat),
  version: z.literal(cardVersion),
  created: z.string(),
  versions: z.object({ downhill: z.string(), node: z.string() }),
  task: z.enum(["regression", "classification"]),
  target: z.string(),
  data: z.object({ file: z.string(), rows: count, bytes: count, sha256: z.string() }),
  /** Of `model.safetensors`: numbers that were changed, or are another model's, do not look wrong. */
  weights: z.object({ bytes: count, sha256: z.string() }),
  split: z.object({
    validation: z.number(),
    seed: z.number().int(),
    trainingRows: count,
    validationRows: count,
    stratified: z.boolean(),
  }),
  preprocessing: planSchema,
  /** Columns of the matrix that the model takes. */
  features: z.array(z.string()).min(1),
  /** The model predicts (target − mean) / deviation; null for classes. */
  targetScale: z.object({ mean: z.number(), deviation: z.number().positive() }).nullable(),
  model: z.enum(["linear", "logistic", "mlp"]),
  /** Sizes of a network's layers, from features to outputs. */
  architecture: z.object({ layers: z.array(z.number().int().positive()), activation: z.string() }).nullable(),
  /** Why this model, for people. */
  choice: z.string(),
  training,
  metrics: z.object({ train: metrics, validation: metrics.nullable() }),
  /** How many of the rows the metrics are of, spread evenly, where the training was interrupted; absent if all. */
  sample: z.object({ train: count, validation: count.nullable() }).optional(),
  baseline,
  /** How much of the loss hangs on each column, greatest first. */
  importances: z.array(importance),
  /** The estimator's constructor options and state, as the library saves them. */
  estimator: z.record(z.string(), z.unknown()),
});
