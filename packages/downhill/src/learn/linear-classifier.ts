/** What linear models for classes have in common. */
import { zeros } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Classifier } from "./classifier.ts";
import type { EstimatorOptions } from "./estimator.ts";
import type { ClassWeight } from "./labels.ts";
import type { Batch } from "./loss.ts";
import { evaluatedScores, type LinearParameters } from "./objectives.ts";

/** Scores X·w + b: one for two classes, otherwise one for each class. */
export abstract class LinearClassifier extends Classifier<LinearParameters> {
  abstract override readonly options: EstimatorOptions & { readonly classWeight: ClassWeight | null };
  /** @internal */
  override readonly nestedDType = "float64";

  /** Change of the scores per unit of each column: [1, columns] for two classes, otherwise [classes, columns]. */
  get coef(): Tensor {
    return this.known("coef").parameters.coef;
  }

  /** Scores where all columns are 0: [1] for two classes, otherwise [classes]. */
  get intercept(): Tensor {
    const { coef, intercept } = this.known("intercept").parameters;
    return intercept ?? zeros([coef.shape[0]!], { dtype: coef.dtype });
  }

  /** @internal */
  protected override get classWeight(): ClassWeight | null {
    return this.options.classWeight;
  }

  /** @internal */
  protected override scoresOf(parameters: LinearParameters, X: Tensor): Tensor {
    return evaluatedScores(parameters, X);
  }
}

/** Parameters of so many classes, all 0. */
export const zeroScores = (
  { X: { dtype, shape } }: Batch,
  classes: number,
  fitIntercept: boolean,
): LinearParameters => {
  const scores = classes === 2 ? 1 : classes;
  const coef = zeros([scores, shape[1]!], { dtype });
  return fitIntercept ? { coef, intercept: zeros([scores], { dtype }) } : { coef };
};
