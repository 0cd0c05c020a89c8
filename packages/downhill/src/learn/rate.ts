/** Learning rates that change from epoch to epoch. */

export interface RatePolicy {
  /** The rate of the coming steps. */
  readonly rate: number;
  /** The rate of each step, counted from 0 over all epochs; absent where all steps of an epoch have the same. */
  readonly ofStep?: (step: number) => number;
  /** Told after each epoch how many rows it went through. */
  afterEpoch(rows: number): void;
  /** Told when the loss has stopped falling: whether there is a lower rate with which to go on. */
  afterPlateau(): boolean;
}

export const constantRate = (rate: number): RatePolicy => ({
  rate,
  afterEpoch: () => undefined,
  afterPlateau: () => false,
});

/** A rate that depends on the step alone. */
const rateOfStep = (ofStep: (step: number) => number): RatePolicy => ({
  ...constantRate(ofStep(0)),
  ofStep,
});

/** initial / t^power at step t, counted from 1 (scikit-learn's `"invscaling"` of linear models). */
export const inverseStepRate = (initial: number, power: number): RatePolicy =>
  rateOfStep((step) => initial / (step + 1) ** power);

/** 1 / (alpha^¼ + alpha·step): that of Bottou 2012 with scikit-learn's start (its `"optimal"`). */
export const optimalRate = (alpha: number): RatePolicy =>
  rateOfStep((step) => 1 / (alpha ** 0.25 + alpha * step));

/**
 * initial / (t + 1)^power after t rows, changed once an epoch (scikit-learn's `"invscaling"` of perceptrons).
 *
 * @param seen rows before.
 */
export const inverseScalingRate = (initial: number, power: number, seen = 0): RatePolicy => {
  return {
    get rate() {
      return seen === 0 ? initial : initial / (seen + 1) ** power;
    },
    afterEpoch: (rows) => {
      seen += rows;
    },
    afterPlateau: () => false,
  };
};

/** A fifth whenever the loss has stopped falling, down to 1e-6 (scikit-learn's `"adaptive"`). */
export const adaptiveRate = (initial: number): RatePolicy => {
  let rate = initial;
  return {
    get rate() {
      return rate;
    },
    afterEpoch: () => undefined,
    afterPlateau: () => {
      if (rate <= 1e-6) return false;
      rate /= 5;
      return true;
    },
  };
};
