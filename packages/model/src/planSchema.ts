import { z } from "zod";

const finite = z.number();
const count = z.number().int().nonnegative();

const numberEncoding = z.object({
  encoding: z.literal("number"),
  name: z.string(),
  /** Days since 1970-01-01 for dates. */
  holds: z.enum(["number", "date"]),
  /** `strptime` format of a date held as text, or `iso`. */
  dateFormat: z.string().nullable(),
  /** Replaces a missing cell, before standardising. */
  fill: finite,
  fillRule: z.string(),
  /** Missing cells among the training rows. */
  missing: count,
  /** Mean and population standard deviation of the training rows' cells that are not missing. */
  mean: finite,
  deviation: finite.positive(),
  /** Whether the feature is (cell − mean) / deviation, or the cell itself. */
  standardised: z.boolean(),
});

const oneHotEncoding = z.object({
  encoding: z.literal("one-hot"),
  name: z.string(),
  /** Categories with a feature of their own, the most frequent first. */
  levels: z.array(z.string()).min(1),
  /** Training rows of each level. */
  counts: z.array(count),
  /** Categories that share the feature `(other)`. */
  others: z.array(z.string()),
  /** Missing cells among the training rows; if there are any, they have the feature `(missing)`. */
  missing: count,
});

const droppedColumn = z.object({ name: z.string(), reason: z.string() });

const target = z.discriminatedUnion("task", [
  z.object({ task: z.literal("regression"), column: z.string() }),
  z.object({
    task: z.literal("classification"),
    column: z.string(),
    classes: z.array(z.union([z.string(), z.number(), z.boolean()])).min(2),
  }),
]);

/** How the columns of a table become features and target of a model; part of `model.json`. */
export const planSchema = z.object({
  version: z.literal(1),
  target,
  missingMarkers: z.array(z.string()),
  columns: z.array(z.discriminatedUnion("encoding", [numberEncoding, oneHotEncoding])),
  dropped: z.array(droppedColumn),
  /** Rows that means, deviations and levels were taken from. */
  trainingRows: count,
});

/**
 * A plan out of JSON.
 *
 * @throws z.ZodError when it is none.
 */
export function parsePlan(json: unknown): z.infer<typeof planSchema> {
  return planSchema.parse(json);
}
