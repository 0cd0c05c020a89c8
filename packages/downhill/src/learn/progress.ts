/** Judging a training by its epochs: which was best, has it come to rest, is it running away. */

/** Whether the last epochs brought an improvement worth waiting for. */
export interface Plateau {
  /** Takes the value of an epoch (lower is better); true once there were too many epochs without improvement. */
  add(value: number): boolean;
  reset(): void;
}

/**
 * @param tol the least improvement that counts; with `relative`, as a share of the best value so far.
 * @param patience epochs without improvement that are put up with.
 */
export const plateau = (tol: number, patience: number, relative: boolean): Plateau => {
  let best = Infinity;
  let waited = 0;
  return {
    add: (value) => {
      const least = relative && Number.isFinite(best) ? tol * Math.abs(best) : tol;
      waited = value > best - least ? waited + 1 : 0;
      best = Math.min(best, value);
      return waited > patience;
    },
    reset: () => {
      waited = 0;
    },
  };
};

/** Tells losses that grow from those that merely waver. */
export interface RiseAlarm {
  /** Takes the loss of an epoch; true if it has been rising persistently. */
  add(loss: number): boolean;
}

/**
 * Alarm after 5 rises in a row to above where the training began, or 10 in a row to more than twice the lowest loss:
 * gradient descent above its stable rate grows at every step, mini-batch noise does not.
 */
export const riseAlarm = (): RiseAlarm => {
  let first: number | undefined;
  let lowest = Infinity;
  let previous = NaN;
  let rises = 0;
  return {
    add: (loss) => {
      first ??= loss;
      lowest = Math.min(lowest, loss);
      rises = loss > previous ? rises + 1 : 0;
      previous = loss;
      return (rises >= 5 && loss > first) || (rises >= 10 && loss > 2 * lowest);
    },
  };
};
