import { saveModel } from "downhill/learn";
import type { AnyEstimator, TensorRecord } from "downhill/learn";
import type { Card } from "./card.ts";

/**
 * What makes the estimator again, without its history: that has a file of its own, and its seconds would make two
 * models of the same seed differ.
 */
export function savedWeights(estimator: AnyEstimator): { config: Card["estimator"]; tensors: TensorRecord } {
  const { config, tensors } = saveModel(estimator);
  const isWeight = ([path]: [string, unknown]): boolean => !path.startsWith("history.");
  return {
    config: { ...config, history: {} },
    tensors: Object.fromEntries(Object.entries(tensors).filter(isWeight)),
  };
}
