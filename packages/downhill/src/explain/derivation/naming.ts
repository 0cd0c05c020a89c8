/** The names in a derivation: f, u₁, u₂, …, ∂f/∂w; and formulas written with them. */
import { type Node, symbol } from "../algebra/node.ts";
import { cost } from "../algebra/simplify.ts";
import { freeName, nameNotation, type Notation } from "../notation/names.ts";
import { print, type PrintOptions, type SymbolNotation } from "../notation/print.ts";
import type { Chain, Step } from "./chain.ts";
import { slopeKey } from "./gradient.ts";

export interface Naming {
  /** The function: f. */
  readonly result: Notation;
  /** A variable or a step by its key. */
  nameOf(key: string): Notation;
  /** The slope of one thing by another: ∂f/∂w. */
  slope(of: Notation, by: Notation): Notation;
  /** Derivatives of the result by several variables: ∂²f/∂w∂b. */
  derivative(by: readonly string[]): Notation;
  /** In names of steps. */
  short(node: Node): Notation;
  /** With steps written out if that is short enough, otherwise in names of steps. */
  whole(node: Node): Notation;
  /** The keys of the steps and slopes by whose names `whole` writes a node. */
  namesIn(node: Node): readonly string[];
}

/** Formulas that take more characters than this to write out are written with names of steps. */
const longestLine = 100;

const superscriptDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (count: number): Notation =>
  count === 1
    ? { text: "", latex: "" }
    : { text: superscriptDigits[count] ?? `^${count}`, latex: `^{${count}}` };

/** Letters for the steps of a function, and for those of its derivatives. */
export const stepLetters = { first: ["u", "v", "s", "t", "z", "h"], higher: ["v", "s", "t", "z", "h", "u"] };

export const namingOf = (
  { steps, output }: Chain,
  variables: readonly string[],
  hasDecimals: boolean,
  letters: readonly string[] = stepLetters.first,
): Naming => {
  const isCurve = variables.length === 1;
  const result = nameNotation(freeName(["f", "L", "g", "F", "h", "J"], variables));
  const letter = freeName(
    letters.filter((stem) => !variables.some((name) => new RegExp(`^${stem}_?\\d*$`).test(name))),
    variables,
  );
  const isResult = (key: string): boolean => output.kind === "symbol" && output.name === key;
  const names = new Map<string, SymbolNotation>(variables.map((name) => [name, nameNotation(name)]));
  steps.forEach(({ key }, i) => {
    names.set(key, isResult(key) ? { ...result, kind: "function" } : nameNotation(`${letter}${i + 1}`));
  });
  const d: Notation = isCurve ? { text: "d", latex: "d" } : { text: "∂", latex: "\\partial " };
  const slope = (of: Notation, by: Notation): Notation => ({
    text: `${d.text}${of.text}/${d.text}${by.text}`,
    latex: `\\frac{${d.latex}${of.latex}}{${d.latex}${by.latex}}`,
  });
  for (const { key } of steps) names.set(slopeKey(key), { ...slope(result, names.get(key)!), kind: "word" });

  const definitions = new Map(
    steps.filter(({ key }) => !isResult(key)).map(({ key, definition }) => [key, definition]),
  );
  /** Cost of steps written out to the last. */
  const costs = new Map<string, number>();
  const wholeCost = (node: Node): number => cost(node, (name) => costs.get(name) ?? 1);
  const byValue = new Map<string, Step>();
  for (const step of steps) {
    costs.set(step.key, Math.min(1e6, wholeCost(step.definition)));
    if (!isResult(step.key) && step.value.size > 1 && !byValue.has(step.value.key))
      byValue.set(step.value.key, step);
  }
  const order = (name: string): number => {
    const place = variables.indexOf(name);
    return place < 0 ? variables.length : place;
  };
  const common: PrintOptions = { symbol: (key) => names.get(key), order, decimals: hasDecimals };
  const stepOf = (node: Node): Step | undefined => (node.size > 1 ? byValue.get(node.key) : undefined);
  const written: PrintOptions = {
    ...common,
    definition: (key) => definitions.get(key),
    // Sums keep the brackets that the user gave them, unless simplifying has done more.
    resolve: (node) => {
      const step = stepOf(node);
      return step !== undefined && costs.get(step.key)! <= cost(node) + 0.5 ? symbol(step.key) : undefined;
    },
  };
  const named: PrintOptions = {
    ...common,
    resolve: (node) => {
      const step = node.size > 2 || node.kind === "call" ? stepOf(node) : undefined;
      return step === undefined ? undefined : symbol(step.key);
    },
  };
  const inOneLine = (node: Node): Notation | undefined => {
    if (wholeCost(node) > longestLine) return undefined;
    const line = print(node, written);
    return line.text.length <= longestLine ? line : undefined;
  };
  return {
    result,
    nameOf: (key) => {
      const { text, latex } = names.get(key)!;
      return { text, latex };
    },
    slope,
    derivative: (by) => {
      const counts = new Map<string, number>();
      for (const name of by) counts.set(name, (counts.get(name) ?? 0) + 1);
      const parts = [...counts].map(([name, count]): Notation => {
        const { text, latex } = nameNotation(name);
        return {
          text: `${d.text}${text}${raised(count).text}`,
          latex: `${d.latex}${latex}${raised(count).latex}`,
        };
      });
      const order = raised(by.length);
      return {
        text: `${d.text}${order.text}${result.text}/${parts.map(({ text }) => text).join("")}`,
        latex: `\\frac{${d.latex.trim()}${order.latex} ${result.latex}}{${parts.map(({ latex }) => latex).join(" \\, ")}}`,
      };
    },
    short: (node) => print(node, { ...common, isSorted: false }),
    whole: (node) => inOneLine(node) ?? print(node, named),
    namesIn: (node) => {
      if (inOneLine(node) !== undefined) return [];
      const found = new Set<string>();
      print(node, {
        ...named,
        symbol: (key) => {
          if (!variables.includes(key)) found.add(key);
          return names.get(key);
        },
      });
      return [...found];
    },
  };
};
