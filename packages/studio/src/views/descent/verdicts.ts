/** How verdicts on learning rates are shown. */
import type { Verdict } from "downhill/explain";

export const verdictWords: Readonly<Record<Verdict, string>> = {
  slow: "slow",
  good: "good",
  oscillating: "oscillating",
  diverges: "diverging",
};

/** Custom properties of colours. */
export const verdictColours: Readonly<Record<Verdict, string>> = {
  slow: "c5",
  good: "fine",
  oscillating: "warning",
  diverges: "danger",
};

export interface Band {
  readonly verdict: Verdict;
  readonly from: number;
  readonly to: number;
}

/** Neighbouring rates with the same verdict as bands, which meet halfway on a logarithmic track. */
export const bandsOf = (
  tried: readonly { readonly rate: number; readonly verdict: Verdict }[],
  low: number,
  high: number,
): readonly Band[] => {
  const bands: Band[] = [];
  tried.forEach(({ rate, verdict }, i) => {
    const before = tried[i - 1];
    const last = bands.at(-1);
    const from = before === undefined ? low : Math.sqrt(before.rate * rate);
    if (last?.verdict === verdict) return;
    if (last !== undefined) bands[bands.length - 1] = { ...last, to: from };
    bands.push({ verdict, from, to: high });
  });
  return bands;
};
