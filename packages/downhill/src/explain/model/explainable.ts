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
  "SGDRegressor",
  "SGDClassifier",
  "MLPRegressor",
  "MLPClassifier",
] as const satisfies readonly EstimatorKind[];

export type Explainable = Extract<AnyEstimator, { readonly kind: (typeof kinds)[number] }>;

const isExplainable = (model: AnyEstimator): model is Explainable =>
  (kinds as readonly EstimatorKind[]).includes(model.kind);

/** How a linear model trained by stochastic gradient descent differs from what is explained; undefined if it does not. */
const differenceOf = (model: Explainable): string | undefined => {
  if (model.kind === "SGDRegressor")
    return model.options.loss === "squaredError" ? undefined : `with the loss "${model.options.loss}"`;
  if (model.kind !== "SGDClassifier") return undefined;
  const { loss, classWeight } = model.options;
  if (loss !== "logLoss") return `with the loss "${loss}"`;
  if (classWeight !== null) return "with class weights";
  return model.classes.length === 2
    ? undefined
    : `of ${model.classes.length} classes, each against the rest,`;
};

/** How many times the mean squared error or log loss its loss is. */
export const lossFactorOf = ({ kind }: Explainable): 0.5 | 1 =>
  kind === "Lasso" || kind === "ElasticNet" || kind === "SGDRegressor" ? 0.5 : 1;

/** @throws ArgumentError at an estimator that was trained on another loss. */
export const requireExplainable = (operation: string, model: AnyEstimator): Explainable => {
  const difference = isExplainable(model) ? differenceOf(model) : "";
  if (difference === undefined) return model as Explainable;
  const which = `${model.kind} ${difference}`.trim();
  throw new ArgumentError(
    operation,
    `a ${which} is not explained yet; give it one of ${kinds.join(", ")}, or differentiate its lossFunction(X, y)`,
  );
};
