/** Learning rates measured on the loss at hand. */
import { extremesOf } from "../curvature/extremes.ts";
import { hessianAt } from "../curvature/hessian.ts";
import { stableRate, type StepRule } from "../curvature/stable-rate.ts";
import type { Divergence } from "./errors.ts";
import { batchOfRows } from "./batches.ts";
import { type FirstOrderSolver, optimizerNamed, type SolverSettings } from "./first-order.ts";
import { type Batch, compiledHessianProduct, type Loss } from "./loss.ts";
import { rangeTestedRate } from "./range-test.ts";
import { trainingDivision } from "./training-loop.ts";

/** More would only be harder to remember and to write down. */
const twoDigits = (rate: number): number => Number(rate.toPrecision(2));

/** What a rate is to be measured for. */
export interface RateQuestion<P extends object> {
  readonly solver: FirstOrderSolver;
  readonly settings: SolverSettings;
  readonly loss: Loss<P>;
  readonly data: Batch;
  /** Rows per step. */
  readonly batchSize: number;
}

/** The steps of solvers that multiply gradients by the rate, which curvature sets a border to. */
export const stepRule = ({
  solver,
  settings: { momentum },
}: Pick<RateQuestion<object>, "solver" | "settings">): StepRule | undefined => {
  if (solver === "sgd") return {};
  if (solver === "momentum") return { momentum };
  if (solver === "nesterov") return { momentum, nesterov: true };
  return undefined;
};

/** Rates are measured on so many rows at most. */
const measuredRows = 4096;

/** Some of the rows, evenly spread, so that sorted tables are seen from end to end; undefined if all are wanted. */
export const evenRows = (count: number, size: number): Int32Array | undefined =>
  count <= size ? undefined : Int32Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));

const sampleOf = (data: Batch, size: number): Batch => {
  const rows = evenRows(data.X.shape[0]!, size);
  return rows === undefined ? data : batchOfRows(data, rows);
};

/** What is measured on a whole holds for mini-batches only in part: some of them are several times as curved. */
const caution = ({ data, batchSize }: RateQuestion<never>, share: number): number =>
  batchSize < data.X.shape[0]! ? share : 1;

/** The border for steps of this kind; NaN where there is none, or the curvature is of no use. */
export const borderAt = <P extends object>(
  { loss, data }: RateQuestion<P>,
  parameters: P,
  rule: StepRule | undefined,
): number => {
  if (rule === undefined) return NaN;
  const operator = hessianAt(compiledHessianProduct(loss), parameters, sampleOf(data, measuredRows));
  // Rates have two digits; a third one of the curvature is enough.
  const { largest } = extremesOf("learningRate", operator, { tolerance: 1e-3 }, "largest");
  const border = stableRate(largest, rule);
  return Number.isFinite(border) ? border : NaN;
};

const adaptiveRate = <P extends object>(question: RateQuestion<P>, parameters: P): number => {
  const { solver, settings, loss, data, batchSize } = question;
  const { size, count } = trainingDivision({ loss, isRandom: false, data, batchSize, parameters }, undefined);
  const batch = sampleOf(data, Math.min(size, measuredRows));
  const tested = rangeTestedRate({ loss, parameters, ...optimizerNamed(solver, settings), batch, count });
  return tested === undefined ? 0.001 : tested * caution(question, 0.5);
};

/**
 * The learning rate to start with: 1/λmax for solvers whose steps are multiples of the gradient, half of what is
 * stable for plain gradient descent, and a quarter of that with mini-batches; for the others what the range test gives.
 */
export const automaticRate = <P extends object>(question: RateQuestion<P>, parameters: P): number => {
  const border = stepRule(question) === undefined ? NaN : borderAt(question, parameters, {});
  if (Number.isNaN(border)) return twoDigits(adaptiveRate(question, parameters));
  return twoDigits((border / 2) * caution(question, 0.25));
};

/**
 * After a training with this rate has run away from these parameters: the border measured there, for solvers that have one,
 * and a rate to try instead.
 */
export const safeRates = <P extends object>(
  question: RateQuestion<P>,
  parameters: P,
  rate: number,
): Pick<Divergence, "stableRate" | "suggestedRate"> => {
  const border = borderAt(question, parameters, stepRule(question));
  if (Number.isNaN(border))
    return {
      stableRate: undefined,
      suggestedRate: twoDigits(Math.min(rate / 10, adaptiveRate(question, parameters))),
    };
  // Below the border something else than the rate is at work, and only a much smaller one may help.
  const safe = (border / 2) * caution(question, 0.25);
  return { stableRate: border, suggestedRate: twoDigits(border < rate ? safe : Math.min(safe, rate / 10)) };
};
