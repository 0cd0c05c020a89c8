/** A training that went wrong, with all that is needed to take it up again with one thing changed. */
import { borderAt, type RateQuestion, stepRule } from "../automatic-rate.ts";
import type { Suspendable } from "../drive.ts";
import type { FirstOrderSolver } from "../first-order.ts";
import type { Batch } from "../loss.ts";
import { type FirstOrderTraining, trainFirstOrder } from "../training-loop.ts";
import { watchTraining } from "../watch.ts";
import { leavesOf } from "../../optim/tree.ts";
import { total } from "../data.ts";
import type { Trial } from "./diagnosis.ts";
import type { Trouble } from "./trouble.ts";

/** What can be changed about a training. */
export interface Change<P extends object> {
  readonly data?: Batch;
  readonly parameters?: P;
  readonly rate?: number;
  readonly batchSize?: number;
  readonly solver?: FirstOrderSolver;
}

export interface Scene<P extends object> {
  readonly question: RateQuestion<P>;
  /** The first rate. */
  readonly rate: number;
  /** The training anew, from its start. */
  readonly again: (change: Change<P>) => FirstOrderTraining<P>;
  /** Numbers of the rows in X as it was given; undefined if they are the same. */
  readonly numbers: ArrayLike<number> | undefined;
}

/** Multiplications and additions that a trial may cost: some tenths of a second. */
const workOfTrial = 1e9;

/**
 * How many epochs a trial takes: half as many again as the training lasted, so that what had happened would happen. None
 * if that were too much work.
 */
const epochsOf = <P extends object>(
  { parameters, data, epochs, epochsBefore = 0 }: FirstOrderTraining<P>,
  epoch: number,
): number => {
  const [left, lasted] = [epochs - epochsBefore, epoch - epochsBefore];
  const wanted = Math.min(left, Math.max(20, Math.ceil(1.5 * lasted)));
  const size = total(leavesOf("diagnosis", parameters).map((leaf) => leaf.size));
  return wanted * 6 * size * data.X.shape[0]! > workOfTrial ? 0 : wanted;
};

const unknownRates = { stableRate: undefined, suggestedRate: undefined };

/** The same training with a change: how it went if that cured it, false if not, undefined if it was not tried. */
export function* tryOut<P extends object>(
  { again }: Scene<P>,
  trouble: Trouble<P>,
  change: Change<P>,
): Suspendable<Trial | false | undefined> {
  const training = again(change);
  const epochs = epochsOf(training, trouble.epoch);
  if (epochs === 0) return undefined;
  const { history, stopReason } = yield* trainFirstOrder(
    {
      ...training,
      epochsBefore: 0,
      epochs,
      validate: undefined,
      earlyStopping: false,
      safeRates: () => unknownRates,
    },
    watchTraining({}, epochs),
  );
  const [firstLoss, lastLoss] = [history.loss[0]!, history.loss.at(-1)!];
  if (stopReason === "diverged" || !(lastLoss <= firstLoss)) return false;
  return { epochs: history.loss.length, firstLoss, lastLoss };
}

/** The border of the rate where the training began, with a change; undefined for solvers that have none. */
export const borderOf = <P extends object>(
  { question, again }: Scene<P>,
  change: Change<P> = {},
): number | undefined => {
  const { data, parameters } = again(change);
  const asked = { ...question, data };
  const border = borderAt(asked, parameters, stepRule(asked));
  return Number.isNaN(border) ? undefined : border;
};
