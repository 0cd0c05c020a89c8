import type { z } from "zod";
// Types only: `train` writes cards and need not load the validator.
import type { cardSchema, classificationMetrics, regressionMetrics } from "./cardSchema.ts";

/** The contents of `model.json`. Plain JSON. */
export type Card = z.infer<typeof cardSchema>;
export type Baseline = Card["baseline"];
export type TargetScale = NonNullable<Card["targetScale"]>;
export type ModelName = Card["model"];
export type ClassificationMetrics = z.infer<typeof classificationMetrics>;
export type RegressionMetrics = z.infer<typeof regressionMetrics>;
export type Metrics = ClassificationMetrics | RegressionMetrics;
