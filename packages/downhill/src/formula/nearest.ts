/** The name that was most likely meant. */

/** Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment). */
const distance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
};

/** The closest of the names, if one is close: no slip in single letters, one in short names, two in longer ones. */
export const nearest = (name: string, names: readonly string[]): string | undefined => {
  let best: string | undefined;
  let least = name.length < 2 ? 1 : name.length < 5 ? 2 : 3;
  for (const candidate of names) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away < least) [best, least] = [candidate, away];
  }
  return best;
};
