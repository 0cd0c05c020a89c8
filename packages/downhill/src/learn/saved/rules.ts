/** What restoring a saved model of each kind takes. */
import type { MlpParams } from "../../nn/index.ts";
import type { Shape } from "../../tensor/shape.ts";
import { ElasticNet, Lasso } from "../elastic-net.ts";
import type { EstimatorKind } from "../estimator.ts";
import { HuberRegressor, type HuberParameters } from "../huber-regressor.ts";
import type { Label } from "../labels.ts";
import { LinearRegression, Ridge } from "../least-squares-regressor.ts";
import { LinearSVC } from "../linear-svc.ts";
import { LogisticRegression } from "../logistic-regression.ts";
import { MLPClassifier } from "../mlp-classifier.ts";
import { MLPRegressor } from "../mlp-regressor.ts";
import type { LinearParameters } from "../objectives.ts";
import { PoissonRegressor } from "../poisson-regressor.ts";
import { SGDClassifier } from "../sgd-classifier.ts";
import { SGDRegressor } from "../sgd-regressor.ts";
import type { Json } from "./options.ts";

/** A saved model whose parameters are about to be checked. */
export interface Unchecked<Model, P> {
  /** With its options, not yet fitted. */
  readonly model: Model;
  readonly nFeatures: number;
  /** Of classifiers; of others empty. */
  readonly classes: readonly Label[];
  /** A tree of tensors of whatever form. */
  readonly parameters: Partial<P>;
  /** A tensor of this shape in the dtype of the parameters, as structures name it. */
  readonly leaf: (shape: Shape) => string;
}

export interface Rule<Model> {
  readonly model: new (options?: never) => Model;
  /** The structure that the parameters must have. */
  readonly structure: (saved: Unchecked<never, never>) => Json;
}

const rule = <Model, P>(
  model: new (options?: never) => Model,
  structure: (saved: Unchecked<Model, P>) => Json,
): Rule<Model> => ({ model, structure });

interface Linear {
  readonly options: { readonly fitIntercept: boolean };
}

const linear = (
  { model, nFeatures, leaf }: Unchecked<Linear, LinearParameters>,
  targets: readonly number[],
): Json => ({
  coef: leaf([...targets, nFeatures]),
  ...(model.options.fitIntercept && { intercept: leaf(targets) }),
});

const linearForOne = (saved: Unchecked<Linear, LinearParameters>): Json => linear(saved, []);

const linearWithScale = (saved: Unchecked<Linear, HuberParameters>): Json => ({
  ...(linear(saved, []) as object),
  logScale: saved.leaf([]),
});

const linearForNumbers = (saved: Unchecked<Linear, LinearParameters>): Json =>
  linear(saved, saved.parameters.coef?.shape.slice(-2, -1) ?? []);

/** Two classes share one score. */
const scoresFor = ({ length }: readonly Label[]): number => (length === 2 ? 1 : length);

const linearForClasses = (saved: Unchecked<Linear, LinearParameters>): Json =>
  linear(saved, [scoresFor(saved.classes)]);

interface Layered {
  readonly options: { readonly hiddenLayerSizes: readonly number[] };
}

const perceptron = ({ model, nFeatures, leaf }: Unchecked<Layered, MlpParams>, outputs: number): Json => {
  const widths = [nFeatures, ...model.options.hiddenLayerSizes, outputs];
  return {
    layers: widths.slice(1).map((units, i) => ({ kernel: leaf([widths[i]!, units]), bias: leaf([units]) })),
  };
};

const perceptronForNumbers = (saved: Unchecked<Layered, MlpParams>): Json =>
  perceptron(saved, saved.parameters.layers?.at?.(-1)?.kernel?.shape[1] ?? 1);

const perceptronForClasses = (saved: Unchecked<Layered, MlpParams>): Json =>
  perceptron(saved, scoresFor(saved.classes));

/** An estimator without a rule does not compile. */
export const rules = {
  LinearRegression: rule(LinearRegression, linearForNumbers),
  Ridge: rule(Ridge, linearForNumbers),
  Lasso: rule(Lasso, linearForOne),
  ElasticNet: rule(ElasticNet, linearForOne),
  LogisticRegression: rule(LogisticRegression, linearForClasses),
  PoissonRegressor: rule(PoissonRegressor, linearForOne),
  HuberRegressor: rule(HuberRegressor, linearWithScale),
  LinearSVC: rule(LinearSVC, linearForClasses),
  SGDRegressor: rule(SGDRegressor, linearForOne),
  SGDClassifier: rule(SGDClassifier, linearForClasses),
  MLPRegressor: rule(MLPRegressor, perceptronForNumbers),
  MLPClassifier: rule(MLPClassifier, perceptronForClasses),
} satisfies { readonly [K in EstimatorKind]: Rule<{ readonly kind: K }> };

/** Any of the estimators; `kind` tells which. */
export type AnyEstimator = InstanceType<(typeof rules)[EstimatorKind]["model"]>;
