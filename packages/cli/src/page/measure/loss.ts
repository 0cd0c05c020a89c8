/** The loss that a training made small, on rows few enough to be gone over many times. */
import { optim } from "downhill";
import type { Tensor } from "downhill";
import type { LinearParameters } from "downhill/learn";
import { dtypeFor } from "downhill-model/dtype";
import { sampleOf } from "downhill-model/prepared";
import type { Prepared } from "downhill-model/prepared";
import type { Recipe } from "downhill-model/recipe";
import { thinned } from "downhill-model/thinned";
import type { Trained } from "../../training/fit.ts";

/** Parameters of a network, as its estimators nest them. */
export interface NetworkParameters {
  readonly layers: readonly { readonly kernel: Tensor; readonly bias: Tensor }[];
}

export type Parameters = LinearParameters | NetworkParameters;

export function isNetwork(parameters: object): parameters is NetworkParameters {
  return "layers" in parameters;
}

/** The tensors of each part of a model that has a name of its own. */
export function partsOf(parameters: Parameters): { readonly name: string; readonly tensors: Tensor[] }[] {
  if (isNetwork(parameters)) {
    const { layers } = parameters;
    return layers.map(({ kernel, bias }, i) => ({
      name: i === layers.length - 1 ? "output layer" : `hidden layer ${i + 1}`,
      tensors: [kernel, bias],
    }));
  }
  const { coef, intercept } = parameters;
  return [
    { name: "weights", tensors: [coef] },
    ...(intercept === undefined ? [] : [{ name: "intercept", tensors: [intercept] }]),
  ];
}

/** The length of each part's tensors, taken as one vector. */
export function partNorms(parameters: Parameters): number[] {
  return partsOf(parameters).map(({ tensors }) => optim.globalNorm(tensors).item());
}

export function countParameters(parameters: Parameters): number {
  return partsOf(parameters)
    .flatMap(({ tensors }) => tensors)
    .reduce((sum, { size }) => sum + size, 0);
}

/** The loss as a function of parameters alone. */
export interface MeasuredLoss {
  readonly f: (parameters: Parameters) => Tensor;
  /** Training rows that it is the loss of, evenly spread over … */
  readonly rows: number;
  /** … this many. */
  readonly of: number;
}

interface HasLoss {
  lossFunction(
    X: Tensor,
    y: Tensor,
    options: { readonly sampleWeight: Float64Array },
  ): (parameters: Parameters) => Tensor;
}

/** Fewer rows would be another loss. */
export const fewestRows = 64;
const mostRows = 4096;

/**
 * What the weights of a sample of rows must add up to for the penalty to keep its strength beside their mean loss: for
 * penalties beside a sum of losses all rows; those of networks stand beside the rows of a step.
 */
function weightOf({ batch, model }: Recipe, sample: number, of: number): number {
  return model === "mlp" && batch !== null ? Math.max(sample, batch) : of;
}

/** @param rows - how many there is time for */
export function measuredLoss({ estimator, recipe }: Trained, prepared: Prepared, rows: number): MeasuredLoss {
  const of = prepared.train.rows;
  const sample = thinned(prepared.train, Math.max(fewestRows, Math.min(mostRows, Math.floor(rows))));
  const { X, y } = sampleOf(sample, prepared, dtypeFor(recipe.model));
  const sampleWeight = new Float64Array(sample.rows).fill(weightOf(recipe, sample.rows, of) / sample.rows);
  return {
    f: (estimator as unknown as HasLoss).lossFunction(X, y, { sampleWeight }),
    rows: sample.rows,
    of,
  };
}
