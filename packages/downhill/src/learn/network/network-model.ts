/** The functions behind neural networks as estimators: their scores and losses. */
import { add, mul } from "../../functions/elementwise.ts";
import { reshape } from "../../functions/shapes.ts";
import type { ApplyOptions } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { forRows } from "../for-rows.ts";
import { scoreAccuracy } from "../classifier.ts";
import type { Judge } from "../held-out.ts";
import { r2Score } from "../metrics/regression.ts";
import {
  binaryLogLossOfScores,
  multinomialLogLossOfScores,
  type ScoreLoss,
  squaredError,
} from "../objectives.ts";

/** What the outputs mean: numbers, the logit of the second of two classes, or a logit for each class. */
export type NetworkOutput = "numbers" | "binary" | "classes";

/** The loss of scores that mean this. */
export const scoreLosses: Readonly<Record<NetworkOutput, ScoreLoss>> = {
  numbers: (scores, Y, weights) => squaredError(reshape(scores, Y.shape), Y, weights),
  binary: binaryLogLossOfScores,
  classes: multinomialLogLossOfScores,
};

/** What a network is, apart from its parameters. */
export type NetworkModel<P extends object> = Judge<P>;

export interface NetworkParts<P extends object> {
  readonly output: NetworkOutput;
  /** Outputs [rows, outputs], or [rows] for a single one. */
  readonly apply: (parameters: P, X: Tensor, options: ApplyOptions) => Tensor;
  /** The output's own if left out. */
  readonly scoreLoss?: ScoreLoss;
  /** What is added to the loss, times the strength of the penalty. */
  readonly penalty?: (parameters: P) => Tensor;
}

/** Its loss is the weighted mean of the rows' losses, plus the penalty. */
export const networkModel = <P extends object>({
  output,
  apply,
  scoreLoss = scoreLosses[output],
  penalty: penaltyOf,
}: NetworkParts<P>): NetworkModel<P> => ({
  scores: forRows((parameters: P, X: Tensor) => apply(parameters, X, {})),
  loss: (parameters, { X, Y, weights, penalty, key }) => {
    const outputs = apply(parameters, X, key === undefined ? {} : { key, training: true });
    const loss = scoreLoss(outputs, Y, weights);
    return penaltyOf === undefined ? loss : add(loss, mul(penaltyOf(parameters), penalty));
  },
  worth: (scores, batch) => {
    if (output !== "numbers") return scoreAccuracy(scores, batch);
    return r2Score(batch.Y, reshape(scores, batch.Y.shape), { sampleWeight: batch.weights });
  },
});
