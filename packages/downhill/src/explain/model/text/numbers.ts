/** Numbers as the texts of explanations write them. */
import { plainNumber } from "../../derivation/sentence.ts";

/** Four significant digits; small numbers with an exponent: 3.125e−6. */
export const figure = (value: number): string => {
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-4 || Number.isNaN(size)) return plainNumber(value, 4);
  const [mantissa, exponent] = value.toExponential(3).split("e");
  return `${Number(mantissa)}e${exponent!}`.replace(/-/g, "−");
};

/** Four significant digits; 0 for what is rounding beside `scale`, as a sum of numbers that cancel leaves it. */
export const figureBeside = (value: number, scale: number): string =>
  figure(Math.abs(value) < 1e-13 * Math.abs(scale) ? 0 : value);

/** A factor in a product or a term in a sum that follows a sign: negative ones in brackets. */
export const factor = (value: number): string => (value < 0 ? `(${figure(value)})` : figure(value));

/** `a − b`, also where b is negative: `a + |b|`. */
export const minus = (a: number, b: number): string =>
  b < 0 ? `${figure(a)} + ${figure(-b)}` : `${figure(a)} − ${figure(b)}`;

/** `+ 0.2`, `− 0.3` */
export const signed = (value: number): string => (value < 0 ? `− ${figure(-value)}` : `+ ${figure(value)}`);

/** A sum written out: its largest terms, how many more there are, and the whole. */
export const sumText = (
  terms: readonly (readonly [a: number, b: number])[],
  whole: number,
  shown = 3,
): string => {
  const sorted = [...terms].sort((x, y) => Math.abs(y[0] * y[1]) - Math.abs(x[0] * x[1]));
  const written = sorted.slice(0, shown).map(([a, b]) => `${factor(a)}·${factor(b)}`);
  const rest = terms.length - written.length;
  return `${written.join(" + ")}${rest > 0 ? ` + … (${rest} more)` : ""} = ${figure(whole)}`;
};
