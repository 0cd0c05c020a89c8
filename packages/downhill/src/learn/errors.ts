/** What can go wrong with estimators beside bad arguments. */
import { short } from "../transforms/non-finite/words.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import { describeDiagnosis } from "./diagnosis/words.ts";

/** An estimator was asked for something that only a fitted one has. */
export class NotFittedError extends Error {
  override readonly name = "NotFittedError";
  readonly estimator: string;
  readonly asked: string;

  /** @param remedy the call that fits it. */
  constructor(estimator: string, asked: string, remedy = "fit(X, y)") {
    super(`${estimator}.${asked}: this model has not been fitted; call ${remedy} first`);
    this.estimator = estimator;
    this.asked = asked;
  }
}

/** What is known about a training that ran away. */
export interface Divergence {
  /** The loss became infinite or NaN; or it rose epoch after epoch, or came to rest far above where it began. */
  readonly reason: "non-finite" | "rising";
  /** Counted from 1. */
  readonly epoch: number;
  /** Updates so far over all epochs, counted from 1: the update whose loss gave the alarm. */
  readonly step: number;
  /** The loss that gave the alarm. */
  readonly loss: number;
  readonly learningRate: number | undefined;
  /**
   * The border measured at the parameters kept (2/λmax for plain gradient descent): steps above it diverge. Undefined
   * for solvers without such a border.
   */
  readonly stableRate: number | undefined;
  readonly suggestedRate: number | undefined;
  /** The epoch whose parameters were kept; 0 means those before the first update. */
  readonly bestEpoch: number;
  /** The loss of the parameters that were kept; NaN if none was finite. */
  readonly bestLoss: number;
  readonly diagnosis: Diagnosis | undefined;
}

/** Training ran away. The model keeps the best parameters that it met and can be used. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
  readonly reason: "non-finite" | "rising";
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number | undefined;
  readonly stableRate: number | undefined;
  readonly suggestedRate: number | undefined;
  readonly bestEpoch: number;
  readonly bestLoss: number;
  /** Where the first bad number arose, and the causes that the numbers support. */
  readonly diagnosis: Diagnosis | undefined;

  constructor(operation: string, divergence: Divergence) {
    const { reason, epoch, step, loss, learningRate, stableRate, suggestedRate, bestEpoch, bestLoss } =
      divergence;
    const happened =
      reason === "non-finite"
        ? `the loss became ${short(loss)} at step ${step} (epoch ${epoch})`
        : `the loss rose instead of falling, to ${short(loss)} at step ${step} (epoch ${epoch})`;
    const rate = learningRate === undefined ? "" : `, with learning rate ${short(learningRate)}`;
    const kept =
      bestEpoch === 0
        ? "the parameters are those before the first step"
        : `the parameters of epoch ${bestEpoch} (loss ${short(bestLoss)}) were kept`;
    const { diagnosis } = divergence;
    const found = diagnosis === undefined ? "" : describeDiagnosis(diagnosis);
    const advice = found === "" ? "look for absurd values among the columns, and standardise them" : found;
    super(`${operation}: ${[`${happened}${rate}`, kept, ...advice.split("\n")].join("\n  ")}`);
    this.reason = reason;
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
    this.learningRate = learningRate;
    this.stableRate = stableRate;
    this.suggestedRate = suggestedRate;
    this.bestEpoch = bestEpoch;
    this.bestLoss = bestLoss;
    this.diagnosis = diagnosis;
  }
}

/** A saved model that cannot be restored: not one of ours, of another version, or damaged. */
export class ModelFormatError extends Error {
  override readonly name = "ModelFormatError";
  /** What is wrong with it, without the advice. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`loadModel: ${reason}`, options);
    this.reason = reason;
  }
}
