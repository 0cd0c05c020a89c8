/** Learning rates measured on the loss at hand. */
import type { Divergence } from "./errors.ts";
import { batchOfRows } from "./batches.ts";
import { type FirstOrderSolver, optimizerNamed, type SolverSettings } from "./first-order.ts";
import type { Batch, Loss } from "./loss.ts";
import { rangeTestedRate } from "./range-test.ts";
import { sharpness } from "./sharpness.ts";

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

/** How many times 1/λmax the rate may be before a step on a quadratic with curvature λmax overshoots for good. */
const border = ({ solver, settings: { momentum } }: RateQuestion<never>): number | undefined => {
  if (solver === "sgd") return 2;
  if (solver === "momentum") return 2 * (1 + momentum);
  if (solver === "nesterov") return (2 * (1 + momentum)) / (1 + 2 * momentum);
  return undefined;
};

/** Rates are measured on so many rows at most. */
const measuredRows = 4096;

/** Some of the rows, evenly spread, so that sorted tables are seen from end to end. */
const sampleOf = (data: Batch, size: number): Batch => {
  const count = data.X.shape[0]!;
  if (count <= size) return data;
  const rows = Int32Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
  return batchOfRows(data, rows);
};

/** What is measured on a whole holds for mini-batches only in part: some of them are several times as curved. */
const caution = ({ data, batchSize }: RateQuestion<never>, share: number): number =>
  batchSize < data.X.shape[0]! ? share : 1;

/** λmax of the loss; NaN where it is of no use. */
const curvatureAt = <P extends object>({ loss, data }: RateQuestion<P>, parameters: P): number => {
  const curvature = sharpness(loss, parameters, sampleOf(data, measuredRows));
  return curvature > 0 && curvature < Infinity ? curvature : NaN;
};

const adaptiveRate = <P extends object>(question: RateQuestion<P>, parameters: P): number => {
  const { solver, settings, loss, data, batchSize } = question;
  const batch = sampleOf(data, Math.min(batchSize, measuredRows));
  const tested = rangeTestedRate({ loss, parameters, ...optimizerNamed(solver, settings), batch });
  return tested === undefined ? 0.001 : tested * caution(question, 0.5);
};

/**
 * The learning rate to start with: 1/λmax for solvers whose steps are multiples of the gradient, half of what is
 * stable for plain gradient descent, and a quarter of that with mini-batches; for the others what the range test gives.
 */
export const automaticRate = <P extends object>(question: RateQuestion<P>, parameters: P): number => {
  if (border(question) !== undefined) {
    const rate = caution(question, 0.25) / curvatureAt(question, parameters);
    if (!Number.isNaN(rate)) return twoDigits(rate);
  }
  return twoDigits(adaptiveRate(question, parameters));
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
  const factor = border(question);
  const stableRate = factor === undefined ? NaN : factor / curvatureAt(question, parameters);
  if (Number.isNaN(stableRate))
    return {
      stableRate: undefined,
      suggestedRate: twoDigits(Math.min(rate / 10, adaptiveRate(question, parameters))),
    };
  // Below the border something else than the rate is at work, and only a much smaller one may help.
  const safe = (stableRate / 2) * caution(question, 0.25);
  return { stableRate, suggestedRate: twoDigits(stableRate < rate ? safe : Math.min(safe, rate / 10)) };
};
