import { add, div, mul } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { norm } from "../functions/reductions.ts";
import { transpose } from "../primitives/index.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { adamw } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { addDecayedWeights } from "./decayed-weights.ts";
import { biasCorrection, movingAverage, zerosTree } from "./moments.ts";
import { multiTransform } from "./multi-transform.ts";
import { type LearningRate, type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import {
  type GradientTransformation,
  type Optimizer,
  type OptimizerState,
  stateless,
} from "./transformation.ts";
import { leavesOf, mapTree } from "./tree.ts";

export interface MuonScaling {
  /** a, b and c of the iteration X ← aX + bAX + cA²X, A = XXᵀ; 3.4445, −4.775 and 2.0315 if left out. */
  readonly nsCoeffs?: readonly [number, number, number];
  /** 5 if left out. */
  readonly nsSteps?: number;
  /** Decay of the average gradient; 0.95 if left out. */
  readonly beta?: number;
  /** Added to the norm of the average gradient; 1e-8 if left out. */
  readonly eps?: number;
  /** Look ahead in the average gradient; true if left out. */
  readonly nesterov?: boolean;
}

/**
 * Nearly U·Vᵀ of a matrix U·S·Vᵀ: the iteration brings all singular values to about 1 (between 0.7 and 1.2) without
 * finding them.
 */
const orthogonalised = (
  x: Tensor,
  [a, b, c]: readonly [number, number, number],
  steps: number,
  eps: number,
): Tensor => {
  const [rows, columns] = x.shape as readonly [number, number];
  const flip = (m: Tensor): Tensor => (rows > columns ? transpose(m, [1, 0]) : m);
  let X = flip(div(x, add(norm(x), eps)));
  for (let i = 0; i < steps; i++) {
    const A = matmul(X, transpose(X, [1, 0]));
    const B = add(mul(A, b), mul(matmul(A, A), c));
    X = add(mul(X, a), matmul(B, X));
  }
  return flip(X);
};

/** The average gradient of each matrix, made orthogonal. @throws ShapeError if a tensor is no matrix. */
export const scaleByMuon = ({
  nsCoeffs = [3.4445, -4.775, 2.0315],
  nsSteps = 5,
  beta = 0.95,
  eps = 1e-8,
  nesterov = true,
}: MuonScaling = {}): GradientTransformation<{ count: Tensor; mu: OptimizerState }> => ({
  init: (params) => {
    for (const { shape, rank } of leavesOf("muon", params))
      if (rank !== 2)
        throw new ShapeError(
          "scaleByMuon",
          "is for matrices; write muon, which leaves other tensors to Adam",
          [shape],
        );
    return { count: noSteps(), mu: zerosTree(params) };
  },
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("muon", (g, m) => movingAverage(g, m, beta), gradients, state.mu);
    const correction = biasCorrection(beta, count);
    const nextCorrection = nesterov ? biasCorrection(beta, nextStep(count)) : undefined;
    const updates = mapTree(
      "muon",
      (g, m) => {
        const direction =
          nextCorrection === undefined
            ? mul(m, correction(m.dtype))
            : add(mul(mul(m, nextCorrection(m.dtype)), beta), mul(mul(g, correction(g.dtype)), 1 - beta));
        return orthogonalised(direction, nsCoeffs, nsSteps, eps);
      },
      gradients,
      mu,
    );
    return [updates, { count, mu }];
  },
});

/** Times √max(1, columns / rows): the same rate suits layers of any width (Jordan 2024). */
const scaleByWidth = (): GradientTransformation<[]> =>
  stateless("muon", (update) => {
    const [rows, columns] = update.shape as readonly [number, number];
    return mul(update, Math.sqrt(Math.max(1, columns / rows)));
  });

export interface MuonOptions extends LearningRateOption, MuonScaling {
  /** Decoupled, of matrices; 0 if left out. */
  readonly weightDecay?: number;
  /** Of the tensors that are no matrices; `learningRate` if left out. */
  readonly adamLearningRate?: LearningRate;
  /** 0.9 if left out. */
  readonly adamBeta1?: number;
  /** 0.999 if left out. */
  readonly adamBeta2?: number;
  /** 0 if left out. */
  readonly adamWeightDecay?: number;
}

/**
 * Muon (Jordan et al. 2024; Liu et al. 2025): matrices move by their average gradient made orthogonal, so that all of its
 * directions count alike; vectors and scalars by AdamW.
 */
export const muon = ({
  learningRate,
  weightDecay = 0,
  adamLearningRate = learningRate,
  adamBeta1,
  adamBeta2,
  adamWeightDecay = 0,
  ...scaling
}: MuonOptions): Optimizer => {
  const { eps, nesterov = true } = scaling;
  return multiTransform(
    {
      muon: chain(
        scaleByMuon(scaling),
        scaleByWidth(),
        addDecayedWeights(weightDecay),
        scaleByLearningRate(learningRate),
      ),
      adam: adamw({
        learningRate: adamLearningRate,
        ...(adamBeta1 !== undefined && { beta1: adamBeta1 }),
        ...(adamBeta2 !== undefined && { beta2: adamBeta2 }),
        ...(eps !== undefined && { eps }),
        weightDecay: adamWeightDecay,
        nesterov,
      }),
    },
    ({ rank }) => (rank === 2 ? "muon" : "adam"),
  );
};
