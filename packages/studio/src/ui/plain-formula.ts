/** Formulas as people write and paste them, in the signs that the parser reads. */
import { loweredDigits, raisedDigits } from "./numbers.ts";

const fractions: Readonly<Record<string, string>> = {
  "½": "(1/2)",
  "⅓": "(1/3)",
  "¼": "(1/4)",
  "¾": "(3/4)",
};

/** 2,5 is 2.5, but not between the arguments of a function. */
const withPoints = (text: string): string => {
  const calls: boolean[] = [];
  return text.replace(/([\p{L}\d_]*)\(|\)|(?<=\d),(?=\d)/gu, (part, name: string | undefined) => {
    if (part === ")") calls.pop();
    else if (part.endsWith("(")) calls.push(/\p{L}/u.test(name ?? ""));
    else if (calls.at(-1) !== true) return ".";
    return part;
  });
};

/** x² + ½·√x − 2,5 is x^2 + (1/2)·sqrt(x) − 2.5. What the parser reads as it is stays. */
export const plainFormula = (text: string): string =>
  withPoints(
    text
      // Letters of typeset mathematics.
      .replace(/[\u{1D400}-\u{1D7FF}]+/gu, (letters) => letters.normalize("NFKC"))
      .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (run) => {
        const power = [...run].map((sign) => (sign === "⁻" ? "-" : raisedDigits.indexOf(sign))).join("");
        return power.length === 1 ? `^${power}` : `^(${power})`;
      })
      .replace(/[₀₁₂₃₄₅₆₇₈₉]/g, (sign) => String(loweredDigits.indexOf(sign)))
      .replace(/[½⅓¼¾]/g, (sign) => fractions[sign]!)
      .replaceAll("**", "^")
      .replace(/√(?=\()/g, "sqrt")
      .replace(/√([\p{L}\d.]+)/gu, "sqrt($1)"),
  );
