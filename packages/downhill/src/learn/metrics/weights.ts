/** Weighted sums over rows, as all metrics need them. */
import { requireRows, sampleWeights, type VectorData } from "../data.ts";

export interface MetricOptions {
  /** One weight ≥ 0 for each row; 1 if left out. */
  readonly sampleWeight?: VectorData | undefined;
}

/** Checks lengths and gives the weights of the rows. */
export const metricWeights = (
  operation: string,
  actual: number,
  predicted: number,
  { sampleWeight }: MetricOptions,
): Float64Array => {
  requireRows(operation, "the predictions", predicted, actual);
  return sampleWeights(operation, sampleWeight, actual);
};
