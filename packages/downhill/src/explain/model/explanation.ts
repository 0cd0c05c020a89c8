/** What the explanation of a prediction holds: plain data throughout. */
import type { MlpActivation } from "../../learn/mlp-model.ts";
import type { NetworkOutput } from "../../learn/network/network-model.ts";
import type { EstimatorKind } from "../../learn/estimator.ts";

/** Mean and standard deviation that numbers were standardised by. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** What was done to a cell of a table, so that it became what the model takes. */
export type Treatment =
  | {
      readonly kind: "number";
      /** The number in the cell, or the one put in its place. */
      readonly number: number;
      /** Null where it was left on its own scale. */
      readonly scale: Scale | null;
      /** What a missing cell was filled with, such as `mean`; null where the cell was there. */
      readonly filled: string | null;
    }
  | {
      readonly kind: "category";
      /** A category with a feature of its own, one of the rare ones that share a feature, none at all, or one never seen. */
      readonly state: "known" | "other" | "missing" | "unseen";
    };

/** Where one of the numbers that a model takes comes from. */
export interface Feature {
  readonly name: string;
  /** The cell as it stands in the table; null if it is missing. */
  readonly cell?: string | null;
  readonly treatment?: Treatment;
}

export interface ExplainedInput extends Feature {
  /** What the model takes. */
  readonly value: number;
}

/** The slopes of the loss at a unit: what flowed back to it. */
export interface UnitSlopes {
  /** By what the unit gives on, ∂L/∂a; of outputs by the prediction. */
  readonly value: number;
  /** By its weighted sum, ∂L/∂z. */
  readonly sum: number;
  /** By its weights, ∂L/∂w = ∂L/∂z · a of the value that each weighs. */
  readonly weights: readonly number[];
  /** By its bias, ∂L/∂b = ∂L/∂z; null if it has none. */
  readonly bias: number | null;
}

/** A weighted sum and what becomes of it. */
export interface ExplainedUnit {
  /** Layer and place in it, both counted from 1: `2.1`. */
  readonly address: string;
  /** Of outputs: the class, or the target; null for hidden units. */
  readonly label: string | null;
  /** One for each value of the layer before. */
  readonly weights: readonly number[];
  readonly bias: number | null;
  /** z = Σ w·a + b */
  readonly sum: number;
  /** What it gives on; of outputs the probability, or the number predicted in the model's scale. */
  readonly value: number;
  /** ∂a/∂z; null where a value hangs on more than its own sum (softmax). */
  readonly slope: number | null;
  /** Null if what is true of the row is not known. */
  readonly slopes: UnitSlopes | null;
}

/** Sizes of what goes through a layer, as root of the sum of squares. */
export interface LayerSizes {
  readonly values: number;
  /** Values beside those of the layer before. */
  readonly gain: number;
  /** ∂L/∂z */
  readonly slopes: number | null;
  /** ∂L/∂z beside that of the layer after; null for the last layer. */
  readonly backwardGain: number | null;
  /** ∂L/∂w of all weights, biases included. */
  readonly weightSlopes: number | null;
}

export interface ExplainedLayer {
  /** From 1. */
  readonly index: number;
  /** What makes values of sums. */
  readonly activation: MlpActivation | "sigmoid" | "softmax";
  readonly units: readonly ExplainedUnit[];
  readonly sizes: LayerSizes;
}

/** What the model says of one output. */
export interface Output {
  /** The class, or the target. */
  readonly label: string;
  /** A probability, or the number predicted in the target's own unit. */
  readonly value: number;
  /** 1 for the true class and 0 for the others, or the true number in its own unit; null if unknown. */
  readonly truth: number | null;
}

/** A weight or a bias with the slope of the loss by it. */
export interface WeightSlope {
  readonly layer: number;
  readonly unit: number;
  /** Place among the unit's weights; null for its bias. */
  readonly input: number | null;
  readonly weight: number;
  /** ∂L/∂z of the unit and the value that the weight weighs (1 for a bias), whose product the slope is. */
  readonly factors: readonly [sum: number, value: number];
  readonly slope: number;
}

/** squares · Σ w² + absolutes · Σ |w|, over all weights but biases. */
export interface Penalty {
  readonly squares: number;
  readonly absolutes: number;
}

/** A number before the step, after it by its slope, and after it in fact. */
export interface Change {
  readonly before: number;
  /** before + slope · step: what the gradient predicts. */
  readonly predicted: number;
  /** What the model gives with the new weights. */
  readonly actual: number;
}

export interface ExplainedStep {
  readonly learningRate: number;
  readonly loss: Change;
  /** Of each prediction of the last layer, in the model's scale. */
  readonly predictions: readonly Change[];
}

export interface ModelCheck {
  /** Weights and biases in all, each of which is compared to the engine's gradient of the objective on the row. */
  readonly parameters: number;
  /** The largest difference, relative to the largest slope. */
  readonly engine: number;
  /** Central differences that settled, away from kinks: by single weights, and along a random direction. */
  readonly differences: number;
  /** The largest difference to them, relative in the same way. */
  readonly centralDifference: number;
  /** Whether both are as small as rounding explains. */
  readonly agrees: boolean;
}

export interface PredictionExplanation {
  readonly kind: EstimatorKind;
  readonly outputKind: NetworkOutput;
  readonly target: { readonly name: string; readonly scale: Scale | null };
  /** Of classifiers: what the classes are called. */
  readonly classes: readonly string[] | null;
  readonly inputs: readonly ExplainedInput[];
  readonly layers: readonly ExplainedLayer[];
  /** Of two classes both. */
  readonly outputs: readonly Output[];
  /** The label of the most probable class; null for numbers. */
  readonly predicted: string | null;
  /** The label of the true class; null for numbers, or if unknown. */
  readonly truth: string | null;
  /** The loss of the row; null if what is true of it is not known. */
  readonly loss: number | null;
  /** The function that was made small, over all rows. */
  readonly objective: string;
  /** The penalty beside the loss of one row. */
  readonly penalty: Penalty;
  /** The weights (and biases) by which the loss is steepest, steepest first. */
  readonly steepest: readonly WeightSlope[];
  readonly step: ExplainedStep | null;
  readonly check: ModelCheck | null;
  /** What happened, in plain sentences. */
  readonly words: readonly string[];
}
