/** The vertical axis of a plot. */
export interface Scale {
  /** Where a value lies: 0 at the bottom, 1 at the top. */
  position(value: number): number;
  /** Round numbers within the range, ascending. */
  readonly ticks: readonly number[];
}

/** A range that spans more than this factor is drawn logarithmically. */
const logarithmicFrom = 20;

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9));
  return (step ?? 10) * power;
}

function linearTicks(low: number, high: number, most: number): number[] {
  const step = roundStep((high - low) / most);
  const first = Math.ceil(low / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function logarithmicTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let power = first; power <= last; power++)
      for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
    const within = ticks.filter((tick) => tick >= low && tick <= high);
    if (within.length <= most) return within;
  }
  const stride = Math.ceil((last - first + 1) / most);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return powers
    .filter((power) => power % stride === 0)
    .map((power) => 10 ** power)
    .filter((tick) => tick >= low && tick <= high);
}

/** A scale for values from `low` to `high`: logarithmic if all are positive and far apart. */
export function makeScale(low: number, high: number, mostTicks: number): Scale & { isLogarithmic: boolean } {
  if (low > 0 && high / low > logarithmicFrom) {
    const span = Math.log(high / low);
    return {
      position: (value) => Math.log(value / low) / span,
      ticks: logarithmicTicks(low, high, mostTicks),
      isLogarithmic: true,
    };
  }
  const span = high - low || Math.abs(high) || 1;
  const bottom = high === low ? low - span / 2 : low;
  return {
    position: (value) => (value - bottom) / span,
    ticks: linearTicks(bottom, bottom + span, mostTicks),
    isLogarithmic: false,
  };
}
