/** What signs mean that not every reader knows. */

import type { Notation } from "./names.ts";

const signs: readonly (readonly [sign: RegExp, meaning: string])[] = [
  [/\[[^\]]*[<>≤≥=≠][^\]]*\]/, "[…] is 1 where the condition holds, otherwise 0."],
  [/stop\(/, "stop(…) is held fixed: it counts as a constant."],
  [/∘/, "∘ multiplies tensors element by element; so are their powers and functions taken."],
  [/𝟏/, "𝟏 is the vector of ones: A 𝟏 has the sums of the rows of A."],
  [/ᵀ/, "ᵀ is the transpose."],
  [/onehot\(/, "onehot(y) has a row for each class in y: 1 at the class, 0 elsewhere."],
  [/softmax\(/, "softmax(z) is e^z / Σ e^z, row by row."],
  [/logsumexp\(/, "logsumexp(z) is ln Σ e^z, row by row."],
  [/‖/, "‖r‖² is the sum of the squares of r."],
];

/** The meanings of the signs in formulas. */
export const notesOn = (formulas: readonly Notation[]): string[] => {
  const text = formulas.map((formula) => formula.text).join("\n");
  return signs.filter(([sign]) => sign.test(text)).map(([, meaning]) => meaning);
};
