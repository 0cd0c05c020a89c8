/** How names of variables are written: `w1` with a subscript, `sigma` as the Greek letter. */

/** A formula in characters and in LaTeX. */
export interface Notation {
  readonly text: string;
  readonly latex: string;
}

const greek: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  phi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
};

const greekName = (letter: string): string | undefined =>
  Object.keys(greek).find((name) => greek[name] === letter);

const subscripts = "₀₁₂₃₄₅₆₇₈₉";
export const subscript = (digits: string): string =>
  digits.replace(/\d/g, (digit) => subscripts[Number(digit)]!);

/** Letters, then digits: `w1`, `theta_12`. */
const withIndex = /^(\p{L}+)_?(\d+)$/u;

const escapeLatex = (text: string): string =>
  text.replace(/[\\^~{}_$&#%]/g, (character) => (/[\\^~]/.test(character) ? " " : `\\${character}`));

const latexWord = (word: string): string => {
  const name = greekName(word) ?? (word in greek ? word : undefined);
  if (name !== undefined) return `\\${name}`;
  return word.length === 1 ? word : `\\text{${escapeLatex(word)}}`;
};

/** A variable's name as it is written in formulas. */
export const nameNotation = (name: string): Notation => {
  const [, stem, index] = withIndex.exec(name) ?? [];
  if (stem !== undefined && index !== undefined) {
    return { text: `${greek[stem] ?? stem}${subscript(index)}`, latex: `${latexWord(stem)}_{${index}}` };
  }
  return { text: greek[name] ?? name, latex: latexWord(name) };
};

/** The first of the names that no variable has. */
export const freeName = (wanted: readonly string[], taken: readonly string[]): string =>
  wanted.find((name) => !taken.includes(name)) ?? `${wanted[0]!}_`;
