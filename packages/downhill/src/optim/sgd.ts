/** Stochastic gradient descent, with momentum in its several conventions. */
import { add, equal, mul, where } from "../functions/elementwise.ts";
import { zerosLike } from "../functions/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { addDecayedWeights } from "./decayed-weights.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface TraceOptions {
  /** How much of the accumulated gradient stays from step to step. */
  readonly decay: number;
  /** Look ahead (Nesterov 1983): the update is g + decay·v. */
  readonly nesterov?: boolean;
  /** The share of each new gradient that is left out, but for the first (PyTorch's). */
  readonly dampening?: number;
}

/** Gradients accumulated: v ← decay·v + (1 − dampening)·g, where v = g at the first step. */
export const trace = ({ decay, nesterov = false, dampening = 0 }: TraceOptions): GradientTransformation => {
  const zeros = (params: object): OptimizerState => mapTree("trace", zerosLike, params);
  const accumulate = <P extends object>(gradients: P, velocity: OptimizerState): P =>
    mapTree("trace", (g, v) => add(mul(v, decay), g), gradients, velocity);
  const lookAhead = <P extends object>(gradients: P, velocity: P): P =>
    nesterov ? mapTree("trace", (g, v) => add(g, mul(v, decay)), gradients, velocity) : velocity;
  const plain: GradientTransformation = {
    init: zeros,
    update: (gradients, velocity) => {
      const next = accumulate(gradients, velocity);
      return [lookAhead(gradients, next), next];
    },
  };
  const dampened: GradientTransformation<{ count: Tensor; velocity: OptimizerState }> = {
    init: (params) => ({ count: noSteps(), velocity: zeros(params) }),
    update: (gradients, { count, velocity }) => {
      const isFirst = equal(count, 0);
      const damp = (g: Tensor): Tensor => where(isFirst, g, mul(g, 1 - dampening));
      const next = accumulate(mapTree("trace", damp, gradients), velocity);
      return [lookAhead(gradients, next), { count: nextStep(count), velocity: next }];
    },
  };
  return dampening === 0 ? plain : dampened;
};

export interface SgdOptions extends LearningRateOption {
  /** 0 if left out: no momentum. */
  readonly momentum?: number;
  /** Look ahead (Nesterov 1983; Sutskever et al. 2013). */
  readonly nesterov?: boolean;
  /** The share of each new gradient that momentum leaves out, but for the first (PyTorch's); 0 if left out. */
  readonly dampening?: number;
  /** Factor of the parameters added to their gradients, as the penalty ½·weightDecay·|p|² would; 0 if left out. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent: p ← p − learningRate·g; with momentum p ← p − learningRate·v, where v ← momentum·v + g (Polyak
 * 1964). The options are those of PyTorch's SGD.
 */
export const sgd = ({
  learningRate,
  momentum = 0,
  nesterov = false,
  dampening = 0,
  weightDecay = 0,
}: SgdOptions): Optimizer =>
  chain(
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay)]),
    ...(momentum === 0 ? [] : [trace({ decay: momentum, nesterov, dampening })]),
    scaleByLearningRate(learningRate),
  );

/** Gradient descent with momentum 0.9 unless another is given. */
export const momentum = (options: Omit<SgdOptions, "nesterov">): Optimizer =>
  sgd({ momentum: 0.9, ...options });

/** Gradient descent with Nesterov's momentum, 0.9 unless another is given. */
export const nesterov = (options: Omit<SgdOptions, "nesterov" | "dampening">): Optimizer =>
  sgd({ momentum: 0.9, ...options, nesterov: true });
