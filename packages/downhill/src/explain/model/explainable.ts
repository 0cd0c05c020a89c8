/** Which estimators' numbers can be explained one by one. */
import type { EstimatorKind } from "../../learn/estimator.ts";
import type { AnyEstimator } from "../../learn/saved/rules.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** Trained on squared errors or log losses. */
const kinds = [
  "LinearRegression",
  "Ridge",
  "Lasso",
  "ElasticNet",
  "LogisticRegression",
  "MLPRegressor",
  "MLPClassifier",
] as const satisfies readonly EstimatorKind[];

export type Explainable = Extract<AnyEstimator, { readonly kind: (typeof kinds)[number] }>;

const isExplainable = (model: AnyEstimator): model is Explainable =>
  (kinds as readonly EstimatorKind[]).includes(model.kind);

/** @throws ArgumentError at an estimator that was trained on another loss. */
export const requireExplainable = (operation: string, model: AnyEstimator): Explainable => {
  if (isExplainable(model)) return model;
  throw new ArgumentError(
    operation,
    `a ${model.kind} is not explained yet; give it one of ${kinds.join(", ")}, or differentiate its lossFunction(X, y)`,
  );
};
