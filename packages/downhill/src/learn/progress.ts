/** Judging a training by its epochs: which was best, has it come to rest, is it running away. */

/** What parameters are compared by. */
export interface Standing {
  /** R² or accuracy of the rows held out; any constant if only the loss counts. */
  readonly score: number;
  readonly loss: number;
}

/** The higher score is better; among equal ones, of which accuracies have many, the lower loss. */
export const isBetter = (a: Standing, b: Standing): boolean =>
  a.score > b.score || (a.score === b.score && a.loss < b.loss);

/** Whether the last epochs brought an improvement worth waiting for. */
export interface Standstill {
  /** Takes what an epoch led to; true once neither score nor loss got better for too many epochs. */
  add(standing: Standing): boolean;
  reset(): void;
}

/** Of one value; lower is better. */
const waitingFor = (tol: number, isRelative: boolean): { add(value: number): number; reset(): void } => {
  let best = Infinity;
  let waited = 0;
  return {
    add: (value) => {
      const least = isRelative && Number.isFinite(best) ? tol * Math.abs(best) : tol;
      waited = value < best - least ? 0 : waited + 1;
      best = Math.min(best, value);
      return waited;
    },
    reset: () => {
      waited = 0;
    },
  };
};

/**
 * @param tol the least improvement that counts; with `isRelative`, as a share of the best value so far.
 * @param patience epochs without improvement that are put up with.
 */
export const standstill = (tol: number, patience: number, isRelative: boolean): Standstill => {
  const losses = waitingFor(tol, isRelative);
  const scores = waitingFor(tol, isRelative);
  return {
    add: ({ score, loss }) => Math.min(losses.add(loss), scores.add(-score)) > patience,
    reset: () => {
      losses.reset();
      scores.reset();
    },
  };
};

/** Tells losses that grow from those that merely waver. */
export interface RiseAlarm {
  /** Takes the loss of an epoch; true if it has been rising persistently. */
  add(loss: number): boolean;
  /** Whether a training that ends here has gone astray. */
  endsAstray(): boolean;
}

/** For trainings whose losses may rise. */
export const noAlarm: RiseAlarm = { add: () => false, endsAstray: () => false };

/**
 * Alarm after 10 rises in a row to above the loss of an untrained model; at the end of a training 5 are enough, or none
 * if the loss is above twice that. Gradient descent above its stable rate grows at every step; solvers whose steps have a
 * size of their own do not explode, they go astray. Mini-batch noise, and what momentum makes of a good start, do neither.
 */
export const riseAlarm = (untrained: number): RiseAlarm => {
  let previous = NaN;
  let rises = 0;
  return {
    add: (loss) => {
      rises = loss > previous ? rises + 1 : 0;
      previous = loss;
      return rises >= 10 && loss > untrained;
    },
    endsAstray: () => previous > 2 * untrained || (rises >= 5 && previous > untrained),
  };
};
