/** Numbers as text. */

/** The digits, raised and lowered, in their order. */
export const raisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const loweredDigits = "₀₁₂₃₄₅₆₇₈₉";

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  ...Object.fromEntries([...raisedDigits].map((sign, i) => [String(i), sign])),
};

const lowered = (sign: string): string =>
  Object.entries(superscripts).find(([, raised]) => raised === sign)?.[0] ?? "";

/** −0.25, 1.2·10⁻⁷, ∞: `digits` significant ones, with a real minus sign. */
export const shown = (value: number, digits = 4): string => {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) {
    const [mantissa = "", exponent = ""] = value.toExponential(Math.min(digits, 3) - 1).split("e");
    const power = [...exponent.replace("+", "")].map((sign) => superscripts[sign]).join("");
    const factor = String(Number(mantissa));
    const base = `10${power}`;
    return (factor === "1" ? base : factor === "-1" ? `-${base}` : `${factor}·${base}`).replace("-", "−");
  }
  return String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1)))))).replace(
    "-",
    "−",
  );
};

/** A number as LaTeX; in brackets where a minus sign would clash with what stands before it. */
export const latexNumber = (value: number, { digits = 4, enclosed = false } = {}): string => {
  if (Number.isNaN(value)) return "\\text{not a number}";
  const text = shown(value, digits)
    .replace("−", "-")
    .replace("∞", "\\infty")
    .replace("·", " \\cdot ")
    .replace(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, power: string) => {
      return `10^{${[...power].map(lowered).join("")}}`;
    });
  return enclosed && value < 0 ? `\\left(${text}\\right)` : text;
};

/** A variable's name as people write it: w₁. */
export const shownName = (name: string): string =>
  name.replace(
    /^(\p{L}+)_?(\d+)$/u,
    (_, stem: string, index: string) =>
      `${stem}${index.replace(/\d/g, (digit) => loweredDigits[Number(digit)]!)}`,
  );

/** What a reader types: with either minus sign, a decimal comma, a power of ten as it is shown, or as a fraction. */
export const readNumber = (text: string): number | undefined => {
  const plain = text
    .trim()
    .replaceAll("−", "-")
    .replace(",", ".")
    .replace(
      /^(-?)([\d.]+[·⋅×*])?10(?:\^(-?\d+)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/,
      (_, minus: string, factor: string | undefined, typed: string | undefined, raised: string | undefined) =>
        `${minus}${factor?.slice(0, -1) ?? "1"}e${typed ?? [...(raised ?? "")].map(lowered).join("")}`,
    );
  const [, above, below] = /^(-?[\d.]+)\s*\/\s*([\d.]+)$/.exec(plain) ?? [];
  const value = above === undefined ? Number(plain) : Number(above) / Number(below);
  return plain === "" || !Number.isFinite(value) ? undefined : value;
};
