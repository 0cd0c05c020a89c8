import { float32, int32 } from "./arrays.ts";
import type { Data } from "./question.ts";
import type { Random } from "./random.ts";

interface Shape {
  batches: number;
  batchSize: number;
  features: number;
  classes: number;
}

/** Labelled points around one centre per class: x [batches, batchSize, features], labels [batches, batchSize]. */
export function clusters(
  random: Random,
  { batches, batchSize, features, classes }: Shape,
): Data<"x" | "labels"> {
  // A distance of 0.1 per feature: the classes overlap, so that training does not end at a loss of zero.
  const centres = float32([classes, features], () => 0.1 * random.normal()).values;
  const labels = int32([batches, batchSize], () => random.below(classes));
  const x = float32([batches, batchSize, features], (i) => {
    const label = labels.values[Math.floor(i / features)] ?? 0;
    return (centres[label * features + (i % features)] ?? 0) + random.normal();
  });
  return { x, labels };
}
