/** Optimizers that need no schedule: they average the points that they visit (Defazio et al. 2024). */
import { add, div, maximum, mul, pow, sub, where, equal } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { literal, Tensor } from "../tensor/tensor.ts";
import { chain } from "./chain.ts";
import { addDecayedWeights, requireParams } from "./decayed-weights.ts";
import { nextStep } from "./count.ts";
import { scaleByRms } from "./rmsprop.ts";
import { type LearningRate, scaleByLearningRate } from "./scale.ts";
import { warmupConstant } from "./schedules/join.ts";
import { sgd } from "./sgd.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { leavesOf, mapTree } from "./tree.ts";

export interface ScheduleFreeOptions {
  /** That of the optimizer: points count by it. */
  readonly learningRate: LearningRate;
  /** How near the average gradients are taken: at beta1·average + (1 − beta1)·z; 0.9 if left out. */
  readonly beta1?: number;
  /** Points count by the power of the largest rate so far; 2 if left out. */
  readonly weightLrPower?: number;
}

export type ScheduleFreeState = {
  /** The points that the optimizer itself visits. */
  z: OptimizerState;
  weightSum: Tensor;
  maxRate: Tensor;
  count: Tensor;
  inner: OptimizerState;
};

/** The average, from the point at which gradients are taken and z. */
const averageOf = <P extends object>(params: P, z: object, beta1: number): P =>
  mapTree(
    "scheduleFree",
    (y, point) => convert(div(sub(y, mul(point, 1 - beta1)), beta1), y.dtype),
    params,
    z,
  );

/**
 * An optimizer without momentum made schedule-free. The parameters are the points at which gradients are taken; those to
 * evaluate and to keep are `scheduleFreeEvalParams(state, params)`.
 *
 * @throws ArgumentError unless 0 < beta1 ≤ 1.
 */
export const scheduleFree = (
  optimizer: Optimizer,
  { learningRate, beta1 = 0.9, weightLrPower = 2 }: ScheduleFreeOptions,
): GradientTransformation<ScheduleFreeState> => {
  requireShare(beta1);
  return {
    init: (params) => {
      const isDouble = leavesOf("scheduleFree", params).some(({ dtype }) => dtype === "float64");
      const zero = literal(0, isDouble ? "float64" : "float32");
      return {
        z: params,
        weightSum: zero,
        maxRate: zero,
        count: literal(1, "int32"),
        inner: optimizer.init(params),
      };
    },
    update: (gradients, state, params, extras) => {
      const y = requireParams("scheduleFree", params);
      const { dtype } = state.maxRate;
      const rate =
        typeof learningRate === "function" ? learningRate(convert(state.count, dtype)) : learningRate;
      const maxRate = maximum(state.maxRate, rate instanceof Tensor ? convert(rate, dtype) : rate);
      const weight = pow(maxRate, weightLrPower);
      const weightSum = add(state.weightSum, weight);
      const none = equal(weightSum, 0);
      const share = where(none, 0, div(weight, where(none, 1, weightSum)));
      const shareIn = (leaf: DType): Tensor => convert(share, leaf);
      const [steps, inner] = optimizer.update(gradients, state.inner, y, extras);
      const z = mapTree(
        "scheduleFree",
        (point, step) => convert(add(point, step), point.dtype),
        state.z,
        steps,
      );
      const updates = mapTree(
        "scheduleFree",
        (g, param, before, point) => {
          const c = shareIn(param.dtype);
          const average = add(mul(before, sub(1, c)), mul(point, c));
          return convert(sub(add(mul(average, beta1), mul(point, 1 - beta1)), param), g.dtype);
        },
        gradients,
        y,
        averageOf(y, state.z, beta1),
        z,
      );
      return [updates, { z, weightSum, maxRate, count: nextStep(state.count), inner }];
    },
  };
};

const requireShare = (beta1: number): void => {
  if (!(beta1 > 0 && beta1 <= 1))
    throw new ArgumentError("scheduleFree", `beta1 is ${beta1}; write a number above 0, at most 1`);
};

/** The parameters to evaluate: the average of the points visited. @param beta1 as in training; 0.9 if left out. */
export const scheduleFreeEvalParams = <P extends object>(
  state: ScheduleFreeState,
  params: P,
  beta1 = 0.9,
): P => {
  requireShare(beta1);
  return averageOf(params, state.z, beta1);
};

export interface ScheduleFreeSgdOptions extends Omit<ScheduleFreeOptions, "learningRate"> {
  /** 1 if left out. */
  readonly learningRate?: LearningRate;
  /** Steps in which the rate, then a number, rises from 0; none if left out. */
  readonly warmupSteps?: number;
  /** Factor of the parameters added to their gradients; 0 if left out. */
  readonly weightDecay?: number;
}

const warmedUp = (learningRate: LearningRate, warmupSteps: number | undefined): LearningRate => {
  if (warmupSteps === undefined) return learningRate;
  if (typeof learningRate !== "number")
    throw new ArgumentError("scheduleFree", "warmupSteps go with a learning rate that is a number");
  return warmupConstant({ initValue: 0, peakValue: learningRate, warmupSteps });
};

/** Gradient descent, schedule-free. */
export const scheduleFreeSgd = ({
  learningRate = 1,
  warmupSteps,
  weightDecay = 0,
  ...options
}: ScheduleFreeSgdOptions = {}): GradientTransformation<ScheduleFreeState> => {
  const rate = warmedUp(learningRate, warmupSteps);
  return scheduleFree(sgd({ learningRate: rate, weightDecay }), { learningRate: rate, ...options });
};

export interface ScheduleFreeAdamwOptions extends ScheduleFreeSgdOptions {
  /** 0.0025 if left out. */
  readonly learningRate?: LearningRate;
  /** Decay of the average squared gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-8 if left out. */
  readonly eps?: number;
  /** Decoupled; 0 if left out. */
  readonly weightDecay?: number;
}

/** AdamW, schedule-free. */
export const scheduleFreeAdamw = ({
  learningRate = 0.0025,
  warmupSteps,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0,
  ...options
}: ScheduleFreeAdamwOptions = {}): GradientTransformation<ScheduleFreeState> => {
  const rate = warmedUp(learningRate, warmupSteps);
  const optimizer = chain(
    scaleByRms({ decay: beta2, eps, epsInSqrt: false, biasCorrection: true }),
    addDecayedWeights(weightDecay),
    scaleByLearningRate(rate),
  );
  return scheduleFree(optimizer, { learningRate: rate, ...options });
};
