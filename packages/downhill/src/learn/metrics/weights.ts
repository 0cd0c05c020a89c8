/** Weighted sums over rows, as all metrics need them. */
import { ShapeError } from "../../tensor/errors.ts";
import { sampleWeights, type VectorData } from "../data.ts";

export interface MetricOptions {
  /** One weight ≥ 0 for each row; 1 if left out. */
  readonly sampleWeight?: VectorData | undefined;
}

/** @throws ShapeError if there are not as many predictions as rows. */
export const requirePredictions = (operation: string, actual: number, predicted: number): void => {
  if (actual !== predicted)
    throw new ShapeError(
      operation,
      `${actual} rows, but predictions for ${predicted}; there must be one for each row`,
      [[actual], [predicted]],
    );
};

/** Checks lengths and gives the weights of the rows. */
export const metricWeights = (
  operation: string,
  actual: number,
  predicted: number,
  { sampleWeight }: MetricOptions,
): Float64Array => {
  requirePredictions(operation, actual, predicted);
  return sampleWeights(operation, sampleWeight, actual);
};
