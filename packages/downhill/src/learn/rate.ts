/** Learning rates that change from epoch to epoch. */

export interface RatePolicy {
  /** The rate of the coming steps. */
  readonly rate: number;
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

/** initial / (t + 1)^power after t rows, changed once an epoch (scikit-learn's `"invscaling"`). */
export const inverseScalingRate = (initial: number, power: number): RatePolicy => {
  let seen = 0;
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
