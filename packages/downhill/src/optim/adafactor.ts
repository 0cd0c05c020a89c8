import {
  add,
  div,
  exp,
  greater,
  log,
  maximum,
  mul,
  rsqrt,
  sqrt,
  square,
  sub,
  where,
} from "../functions/elementwise.ts";
import { zeros, zerosLike } from "../functions/create.ts";
import { mean } from "../functions/reductions.ts";
import { convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { addDecayedWeights, requireParams } from "./decayed-weights.ts";
import { ema } from "./ema.ts";
import { type LearningRateOption, scale, scaleByLearningRate } from "./scale.ts";
import { type GradientTransformation, type Optimizer, stateless } from "./transformation.ts";
import { leavesOf, mapTree, withLeaves } from "./tree.ts";

export interface FactoredRmsScaling {
  /** Whether matrices are remembered by their rows and columns; true if left out. */
  readonly factored?: boolean;
  /** The averages of step t are of decay 1 − t^−decayRate; 0.8 if left out. */
  readonly decayRate?: number;
  /** Both axes must be at least so long; 128 if left out. */
  readonly minDimSizeToFactor?: number;
  /** Added to squared gradients; 1e-30 if left out. */
  readonly eps?: number;
}

/** The two longest axes, the longest last; undefined for a tensor that is remembered as a whole. */
const factoredAxes = (shape: Shape, least: number): readonly [number, number] | undefined => {
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[a]! - shape[b]!);
  const [shorter, longer] = axes.slice(-2);
  return shorter === undefined || longer === undefined || shape[shorter]! < least
    ? undefined
    : [shorter, longer];
};

const without = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis);

/** Of each tensor either its average squared gradient, or the means of it over either of two axes. */
export type FactoredState = { count: Tensor; moments: readonly (readonly Tensor[])[] };

/**
 * Gradients over the root of their average square, of which matrices keep only the means of rows and columns: their
 * product over the mean of all stands for the whole (Shazeer and Stern 2018, section 3).
 */
export const scaleByFactoredRms = ({
  factored = true,
  decayRate = 0.8,
  minDimSizeToFactor = 128,
  eps = 1e-30,
}: FactoredRmsScaling = {}): GradientTransformation<FactoredState> => {
  const axesOf = (shape: Shape): readonly [number, number] | undefined =>
    factored ? factoredAxes(shape, minDimSizeToFactor) : undefined;
  return {
    init: (params) => ({
      count: noSteps(),
      moments: leavesOf("adafactor", params).map((param) => {
        const axes = axesOf(param.shape);
        if (axes === undefined) return [zerosLike(param)];
        const [shorter, longer] = axes;
        return [longer, shorter].map((axis) => zeros(without(param.shape, axis), { dtype: param.dtype }));
      }),
    }),
    update: (gradients, state) => {
      const count = nextStep(state.count);
      // 1 − t^−decayRate: nothing stays at the first step.
      const newShare = (dtype: DType): Tensor => exp(mul(log(convert(count, dtype)), -decayRate));
      const results = leavesOf("adafactor", gradients).map((g, i) => {
        const axes = axesOf(g.shape);
        const share = newShare(g.dtype);
        const squares = add(square(g), eps);
        const average = (value: Tensor, before: Tensor): Tensor =>
          add(mul(before, sub(1, share)), mul(value, share));
        const [first, second] = state.moments[i]!;
        if (axes === undefined) {
          const v = average(squares, first!);
          return { update: mul(g, rsqrt(v)), moments: [v] };
        }
        const [shorter, longer] = axes;
        const rows = average(mean(squares, longer), first!);
        const columns = average(mean(squares, shorter), second!);
        const inRows = shorter > longer ? shorter - 1 : shorter;
        const rowFactor = rsqrt(div(rows, mean(rows, { axis: inRows, keepdims: true })));
        const update = mul(mul(g, expand(rowFactor, longer)), expand(rsqrt(columns), shorter));
        return { update, moments: [rows, columns] };
      });
      const updates = withLeaves(
        "adafactor",
        gradients,
        results.map(({ update }) => update),
      );
      return [updates, { count, moments: results.map(({ moments }) => moments) }];
    },
  };
};

const expand = (x: Tensor, axis: number): Tensor =>
  x.reshape(...x.shape.slice(0, axis), 1, ...x.shape.slice(axis));

const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)));

/** Each tensor's update shortened to the root mean square `threshold` if it has a larger one. */
export const clipByBlockRms = (threshold: number): GradientTransformation<[]> =>
  stateless("clipByBlockRms", (u) => div(u, maximum(1, div(rootMeanSquare(u), threshold))));

/** Each tensor's update times the root mean square of its parameters, or times `minScale` if that is larger. */
export const scaleByParamBlockRms = (minScale = 1e-3): GradientTransformation<[]> => ({
  init: () => [],
  update: (gradients, _, params) => [
    mapTree(
      "scaleByParamBlockRms",
      (u, param) => {
        const meanSquare = mean(square(param));
        const isLarge = greater(meanSquare, minScale ** 2);
        // The root of a value that is not used must not have an infinite slope either.
        const size = where(isLarge, sqrt(where(isLarge, meanSquare, 1)), minScale);
        return mul(u, convert(size, u.dtype));
      },
      gradients,
      requireParams("scaleByParamBlockRms", params),
    ),
    [],
  ],
});

export interface AdafactorOptions extends Partial<LearningRateOption>, FactoredRmsScaling {
  /** Whether steps are in proportion to the size of each tensor; true if left out. */
  readonly multiplyByParameterScale?: boolean;
  /** The largest root mean square of a tensor's scaled gradients; `null` for none; 1 if left out. */
  readonly clippingThreshold?: number | null;
  /** The decay of an average of the updates; none if left out. */
  readonly momentum?: number;
  /** Factor of the parameters that is taken off them at each step, whatever the rate; none if left out. */
  readonly weightDecayRate?: number;
}

/** Adafactor (Shazeer and Stern 2018): Adam's scaling in memory that grows with rows and columns rather than elements. */
export const adafactor = ({
  learningRate,
  multiplyByParameterScale = true,
  clippingThreshold = 1,
  momentum,
  weightDecayRate,
  ...scaling
}: AdafactorOptions = {}): Optimizer =>
  chain(
    scaleByFactoredRms(scaling),
    ...(clippingThreshold === null ? [] : [clipByBlockRms(clippingThreshold)]),
    ...(learningRate === undefined ? [] : [scaleByLearningRate(learningRate, { flipSign: false })]),
    ...(multiplyByParameterScale ? [scaleByParamBlockRms()] : []),
    ...(momentum === undefined ? [] : [ema(momentum, { debias: false })]),
    ...(weightDecayRate === undefined ? [] : [addDecayedWeights(weightDecayRate)]),
    scale(-1),
  );
