/** How optimizers make moves of slopes: the rule of one variable's next move, with the numbers of the step put in. */
import { latexNumber } from "../../ui/numbers.ts";
import type { Remembered } from "./memory.ts";

/** What a rule is made from: all of one variable, at one step. */
export interface RuleInput {
  readonly rate: number;
  /** Its value, and the slope by it. */
  readonly at: number;
  readonly slope: number;
  /** What the optimizer remembers of it, once it has seen this slope. */
  readonly memory: (name: string) => number;
  /** Steps done before this one. */
  readonly step: number;
}

export interface Rule {
  /** In symbols, in LaTeX. */
  readonly symbols: string;
  /** The same in numbers. */
  readonly numbers: string;
  /** What comes of it. */
  readonly move: number;
}

const put = (value: number): string => latexNumber(value, { enclosed: true });

/** The averages of Adam and its relatives start at 0, which their first values are corrected for. */
const corrected = (value: number, decay: number, step: number): number => value / (1 - decay ** (step + 1));
const hats = "\\hat m = \\tfrac{m}{1 - 0.9^{t}},\\ \\hat v = \\tfrac{v}{1 - 0.999^{t}}";

const adamLike = (
  { rate, memory, step }: RuleInput,
  { spread, symbol, tiny, where }: { spread: number; symbol: string; tiny: string; where: string },
): Rule => {
  const mean = corrected(memory("average of slopes m"), 0.9, step);
  return {
    symbols: `-\\alpha\\,\\frac{\\hat m}{\\sqrt{${symbol}} + ${tiny}},\\quad ${where}`,
    numbers: `-${put(rate)} \\cdot \\frac{${latexNumber(mean)}}{\\sqrt{${latexNumber(spread)}}}`,
    move: (-rate * mean) / (Math.sqrt(spread) + Number(tiny.replace(/10\^\{(-\d+)\}/, "1e$1"))),
  };
};

const spreadOf = ({ memory, step }: RuleInput): number =>
  corrected(memory("average of squares v"), 0.999, step);

const rules: Readonly<Record<string, (input: RuleInput) => Rule>> = {
  gd: ({ rate, slope }) => ({
    symbols: "-\\alpha\\,g",
    numbers: `-${put(rate)} \\cdot ${put(slope)}`,
    move: -rate * slope,
  }),
  momentum: ({ rate, memory }) => ({
    symbols: "-\\alpha\\,v,\\quad v \\leftarrow 0.9\\,v + g",
    numbers: `-${put(rate)} \\cdot ${put(memory("velocity v"))}`,
    move: -rate * memory("velocity v"),
  }),
  nesterov: ({ rate, slope, memory }) => ({
    symbols: "-\\alpha\\,(g + 0.9\\,v),\\quad v \\leftarrow 0.9\\,v + g",
    numbers: `-${put(rate)} \\cdot \\left(${latexNumber(slope)} + 0.9 \\cdot ${put(memory("velocity v"))}\\right)`,
    move: -rate * (slope + 0.9 * memory("velocity v")),
  }),
  adagrad: ({ rate, slope, memory }) => ({
    symbols: "-\\alpha\\,\\frac{g}{\\sqrt{s + 10^{-7}}},\\quad s \\leftarrow s + g^2",
    numbers: `-${put(rate)} \\cdot \\frac{${latexNumber(slope)}}{\\sqrt{${latexNumber(memory("sum of squared slopes"))}}}`,
    move: (-rate * slope) / Math.sqrt(memory("sum of squared slopes") + 1e-7),
  }),
  rmsprop: ({ rate, slope, memory }) => ({
    symbols: "-\\alpha\\,\\frac{g}{\\sqrt{v + 10^{-8}}},\\quad v \\leftarrow 0.9\\,v + 0.1\\,g^2",
    numbers: `-${put(rate)} \\cdot \\frac{${latexNumber(slope)}}{\\sqrt{${latexNumber(memory("average of squares v"))}}}`,
    move: (-rate * slope) / Math.sqrt(memory("average of squares v") + 1e-8),
  }),
  adam: (input) =>
    adamLike(input, { spread: spreadOf(input), symbol: "\\hat v", tiny: "10^{-8}", where: hats }),
  adabelief: (input) =>
    adamLike(input, {
      spread: spreadOf(input),
      symbol: "\\hat v",
      tiny: "10^{-16}",
      where: `v \\leftarrow 0.999\\,v + 0.001\\,(g - m)^2,\\ ${hats}`,
    }),
  amsgrad: (input) =>
    adamLike(input, {
      spread: input.memory("largest average of squares"),
      symbol: "\\hat v_{\\max}",
      tiny: "10^{-8}",
      where: hats,
    }),
  adamw: (input) => {
    const adam = rules["adam"]!(input);
    return {
      symbols: `-\\alpha\\left(\\frac{\\hat m}{\\sqrt{\\hat v} + 10^{-8}} + 10^{-4}\\,w\\right),\\quad ${hats}`,
      numbers: `${adam.numbers} - ${put(input.rate)} \\cdot 10^{-4} \\cdot ${put(input.at)}`,
      move: adam.move - input.rate * 1e-4 * input.at,
    };
  },
};

/** Undefined for optimizers whose moves hang on more than what they remember of one variable. */
export const ruleOf = (optimizer: string, input: RuleInput): Rule | undefined =>
  rules[optimizer.replace(/ .*/, "")]?.(input);

/** What is remembered of a variable, by its name. */
export const memoryOf =
  (kept: readonly Remembered[], variable: string) =>
  (name: string): number =>
    kept.find((one) => one.name === name)?.values[variable] ?? NaN;
