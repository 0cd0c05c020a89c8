/** Options and training that the multi-layer perceptrons for numbers and for classes share. */
import type { MlpParams } from "../nn/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { type FloatDType, total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt } from "./estimator.ts";
import {
  checkFirstOrderOptions,
  firstOrderDefaults,
  firstOrderSolvers,
  isFirstOrder,
  rowsPerStep,
  solverDefaults,
} from "./first-order.ts";
import { withPenalty } from "./held-out.ts";
import { type Batch, compiledLoss } from "./loss.ts";
import { type MlpActivation, mlpActivations, type MlpModel, mlpModel, startParameters } from "./mlp-model.ts";
import type { NetworkOutput } from "./network/network-model.ts";
import { type NetworkOptions, trainNetwork } from "./network/network-training.ts";
import { requireCount, requireNonNegative, requireNumber, requireOneOf, requirePositive } from "./options.ts";
import { adaptiveRate, constantRate, inverseScalingRate, type RatePolicy } from "./rate.ts";
import type { TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

/**
 * scikit-learn's options of multi-layer perceptrons, with four differences: its `learning_rate_init` is `learningRate`
 * here, its `learning_rate` is `learningRateSchedule`, and its `"sgd"`, which has Nesterov's momentum, is `"nesterov"`
 * (`"momentum"` with `nesterovs_momentum=False`); `"sgd"` means plain gradient descent in all models here. Momentum
 * accumulates gradients (PyTorch's), not steps, so that a rate that changes counts for all of it at once. Squared errors
 * have no ½ before them here, so that rates for numbers are half of scikit-learn's; alpha means the same.
 */
export interface MlpOptions extends NetworkOptions {
  /** Units of each hidden layer, from inputs to outputs; [] for a linear model. */
  readonly hiddenLayerSizes: readonly number[];
  /** Of the hidden layers. */
  readonly activation: MlpActivation;
  /** The strength of the penalty ½·alpha·Σ w² over all kernels, beside the sum of a batch's losses. */
  readonly alpha: number;
  /** In training each hidden unit is left out with this probability, anew for each row and step; not with lbfgs. */
  readonly dropout: number;
  /**
   * `"constant"`; `"invscaling"`: learningRate / (rows seen so far + 1)^powerT; `"adaptive"`: a fifth whenever nothing
   * has got better by `tol` for `nIterNoChange` epochs, until it is below 1e-6.
   */
  readonly learningRateSchedule: "constant" | "invscaling" | "adaptive";
  readonly powerT: number;
}

export const mlpDefaults: MlpOptions = {
  ...firstOrderDefaults,
  ...solverDefaults,
  hiddenLayerSizes: [100],
  activation: "relu",
  solver: "adam",
  alpha: 1e-4,
  dropout: 0,
  batchSize: "auto",
  learningRateSchedule: "constant",
  powerT: 0.5,
  maxIter: 200,
  tol: 1e-4,
  nIterNoChange: 10,
  warmStart: false,
};

const schedules: Readonly<
  Record<MlpOptions["learningRateSchedule"], (rate: number, powerT: number, seen: number) => RatePolicy>
> = { constant: constantRate, invscaling: inverseScalingRate, adaptive: adaptiveRate };

const requireShare = (operation: string, name: string, value: number): void =>
  requireNumber(operation, name, value, (x) => x >= 0 && x < 1, "a number from 0 and below 1");

export const checkMlpOptions = (operation: string, options: MlpOptions): void => {
  const { hiddenLayerSizes, activation, solver, learningRateSchedule } = options;
  if (!Array.isArray(hiddenLayerSizes))
    throw new ArgumentError(
      operation,
      `hiddenLayerSizes is ${String(hiddenLayerSizes)}; write a list such as [100] or [64, 32]`,
    );
  hiddenLayerSizes.forEach((size: unknown, i) => requireCount(operation, `hiddenLayerSizes[${i}]`, size));
  requireOneOf(operation, "activation", activation, mlpActivations);
  requireOneOf(operation, "solver", solver, ["lbfgs", ...firstOrderSolvers]);
  requireOneOf(operation, "learningRateSchedule", learningRateSchedule, Object.keys(schedules));
  requireNonNegative(operation, "alpha", options.alpha);
  requireNonNegative(operation, "powerT", options.powerT);
  requirePositive(operation, "epsilon", options.epsilon);
  for (const name of ["dropout", "momentum", "beta1", "beta2"] as const)
    requireShare(operation, name, options[name]);
  checkFirstOrderOptions(operation, options);
};

/** The strength of ½·Σ w² beside the mean loss: alpha divided by the (weighted) rows of a step. */
const penaltyOf = ({ alpha, batchSize, solver }: MlpOptions, { X, weights }: Batch): [number, number] => {
  const rows = X.shape[0]!;
  const share = isFirstOrder(solver) ? rowsPerStep(batchSize, rows) / rows : 1;
  return [alpha, share * total(weights.data)];
};

/** The batch with the penalty in force. Squared errors have no ½ before them, so the penalty beside them is whole too. */
export const penalised = (output: NetworkOutput, options: MlpOptions, data: Batch): Batch => {
  const [alpha, rows] = penaltyOf(options, data);
  const strength = (output === "numbers" ? alpha : alpha / 2) / rows;
  return withPenalty(data, strength);
};

const short = (value: number): number => Number(value.toPrecision(6));

const describe = (output: NetworkOutput, options: MlpOptions, data: Batch, isWeighted: boolean): string => {
  const [alpha, rows] = penaltyOf(options, data);
  const count = short(total(data.weights.data) * (output === "numbers" ? (data.Y.shape[1] ?? 1) : 1));
  const losses = `1/${count}·Σ ${isWeighted ? "s·" : ""}${output === "numbers" ? "(y − ŷ)²" : "log loss"}`;
  if (alpha === 0) return losses;
  return `${losses} + ${alpha}/${output === "numbers" ? short(rows) : `(2·${short(rows)})`}·Σ w²`;
};

export const modelOf = (output: NetworkOutput, { activation, dropout }: MlpOptions): MlpModel =>
  mlpModel(output, activation, dropout);

/**
 * Carries out a training, suspended after each step.
 *
 * @param outputs how many the last layer has.
 */
export function* trainMlp(
  task: TrainingTask<MlpParams>,
  output: NetworkOutput,
  outputs: number,
  options: MlpOptions,
  watch: Watch,
): Suspendable<Learnt<MlpParams>> {
  const { activation, randomState, learningRateSchedule, powerT } = options;
  const model = modelOf(output, options);
  const { outcome, train } = yield* trainNetwork(
    {
      task,
      model,
      options,
      penalised: (rows) => penalised(output, options, rows),
      untrained: ({ X }) => {
        const widths = [X.shape[1]!, ...options.hiddenLayerSizes, outputs];
        return startParameters(widths, activation, randomState, X.dtype as FloatDType);
      },
      isRandom: options.dropout > 0,
      schedule: (rate, seen) => schedules[learningRateSchedule](rate, powerT, seen),
    },
    watch,
  );
  return {
    ...outcome,
    objective: describe(output, options, train, task.isWeighted),
    objectiveValue: compiledLoss(model.loss)(outcome.parameters, train).item(),
  };
}
