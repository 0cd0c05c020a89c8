/** What is found out about a training that ran away, or that came to its end in a poor state. Plain data. */
import type { Label } from "../labels.ts";

/** Where in a training step a number stands. */
export interface Part {
  readonly kind: "input" | "layer" | "loss" | "penalty" | "update";
  /** Of a layer, counted from 1, and of how many. */
  readonly layer?: number;
  readonly layers?: number;
  /** Whether it is what the layer adds up, or what its activation makes of that. */
  readonly stage?: "weighted sum" | "activation";
  /** The layer's parameters, or the one that was updated: `layers[1].kernel`. */
  readonly parameter?: string;
}

/** A layer's part in making numbers larger: root mean squares over the rows of a batch. */
export interface LayerGain {
  readonly layer: number;
  readonly parameter: string;
  /** Of what comes in, of the weighted sums, and the second divided by the first. */
  readonly input: number;
  readonly output: number;
  readonly gain: number;
}

/** The first number of a training that was not finite. */
export interface BadNumber {
  readonly epoch: number;
  /** Updates over all epochs, counted from 1. */
  readonly step: number;
  /** The step within its epoch, counted from 1. */
  readonly batch: number;
  /** How many rows the step had, and their numbers in X, if it did not take all. */
  readonly batchRows: number;
  readonly rows: readonly number[] | undefined;
  /** The row of X at which it arose, if it belongs to one. */
  readonly row: number | undefined;
  /** On the way to the loss, on the way back, or in the optimizer. */
  readonly phase: "forward" | "backward" | "update";
  readonly part: Part;
  readonly operation: string;
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
  /** With the factors that overflowed. */
  readonly happened: string;
  readonly gains: readonly LayerGain[];
}

/** The same training with one thing changed, as far as it was tried. */
export interface Trial {
  readonly epochs: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
}

/** A cell that is beyond anything that the other rows know. */
export interface Outlier {
  readonly kind: "outlier";
  /** −1 for the target. */
  readonly column: number;
  readonly row: number;
  readonly value: number;
  readonly median: number;
  /** Of the other rows. */
  readonly deviation: number;
  /** How many rows are like it. */
  readonly count: number;
}

/** A cause of a training that ran away. `trial` is there if the change was tried and cured it. */
export type Cause = { readonly trial: Trial | undefined } & (
  | {
      readonly kind: "rate";
      readonly rate: number;
      readonly suggestedRate: number;
      /** 2/λmax for plain gradient descent; undefined for solvers without such a border. */
      readonly border: number | undefined;
      /** λmax where the border was measured. */
      readonly sharpness: number | undefined;
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly solver: string;
      /** By which factor each step makes the loss larger, as theory has it and as it was in the last epoch; full batches only. */
      readonly growth: { readonly predicted: number; readonly measured: number } | undefined;
    }
  | {
      readonly kind: "unscaledColumn";
      readonly column: number;
      readonly mean: number;
      readonly deviation: number;
      /** How many columns are of size above 10. */
      readonly count: number;
      /** Of the rate, as it is and with standardised columns. */
      readonly border: number | undefined;
      readonly scaledBorder: number | undefined;
      readonly rate: number;
    }
  | Outlier
  | { readonly kind: "targetScale"; readonly mean: number; readonly deviation: number }
  | {
      readonly kind: "penalty";
      readonly rate: number;
      /** The penalty's own curvature, and the product of both with the border that it may not pass. */
      readonly curvature: number;
      readonly product: number;
      readonly limit: number;
      readonly suggestedRate: number;
    }
  | {
      readonly kind: "smallBatch";
      readonly rate: number;
      readonly batchSize: number;
      /** On all rows, and on the sharpest batch looked at. */
      readonly border: number;
      readonly batchBorder: number;
      readonly suggestedRate: number;
    }
  | {
      readonly kind: "momentum";
      readonly rate: number;
      readonly momentum: number;
      /** Without it and with it. */
      readonly plainBorder: number;
      readonly border: number;
      readonly suggestedRate: number;
    }
  | {
      readonly kind: "initialWeights";
      readonly loss: number;
      readonly untrainedLoss: number;
      readonly gains: readonly LayerGain[];
    }
);

/** Something amiss in a training that stayed finite. */
export type Warning =
  | {
      readonly kind: "slow";
      readonly epochs: number;
      /** By which share of itself the loss fell in all. */
      readonly share: number;
      readonly rate: number;
      readonly border: number | undefined;
      readonly suggestedRate: number;
      /** Where the same training ended, with the rate as it was and with the other one. */
      readonly loss: number;
      readonly suggestedLoss: number;
    }
  | {
      readonly kind: "vanishingGradients";
      /** Root mean square of ∂loss/∂(weighted sum) in each layer, from inputs to outputs; the first divided by the last. */
      readonly slopes: readonly number[];
      readonly ratio: number;
      readonly activation: string;
    }
  | {
      readonly kind: "deadUnits";
      readonly layer: number;
      readonly dead: number;
      readonly units: number;
      readonly rows: number;
    }
  | {
      readonly kind: "saturation";
      readonly layer: number;
      readonly activation: string;
      /** The share of units' outputs whose slope is below `threshold`. */
      readonly share: number;
      readonly threshold: number;
      /** Root mean square of the weighted sums. */
      readonly size: number;
    }
  | {
      readonly kind: "constantPrediction";
      /** The class, its share of the rows, and how many classes there are. */
      readonly label: Label;
      readonly share: number;
      readonly classes: number;
    }
  | {
      readonly kind: "overfitting";
      readonly epoch: number;
      readonly lowest: number;
      readonly last: number;
      readonly trainingThen: number;
      readonly trainingLast: number;
    }
  | {
      readonly kind: "conflictingLabels";
      readonly rows: number;
      readonly of: number;
      /** Two of them. */
      readonly example: readonly [number, number];
      /** The accuracy that no model can exceed on these rows. */
      readonly bestAccuracy: number;
    }
  | {
      readonly kind: "constantColumn";
      readonly column: number;
      readonly value: number;
      /** How many columns are constant. */
      readonly count: number;
    }
  | {
      readonly kind: "unscaledColumns";
      readonly column: number;
      readonly mean: number;
      readonly deviation: number;
      readonly least: number;
      readonly leastDeviation: number;
      /** Where the same training ended, as it was and with standardised columns. */
      readonly loss: number;
      readonly scaledLoss: number;
    }
  | Outlier;

export type Finding = Cause | Warning;

/** What is known about a training that went wrong, or does not look right. */
export interface Diagnosis {
  /** Where the first number arose that is not finite; undefined if none did. */
  readonly bad: BadNumber | undefined;
  /** The most probable one first. */
  readonly causes: readonly Cause[];
  readonly warnings: readonly Warning[];
}
