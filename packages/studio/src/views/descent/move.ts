/** How the next move of a descent comes about, set for readers. */
import { latexNumber } from "../../ui/numbers.ts";
import { plainName, remembered } from "./memory.ts";
import { type Rule, ruleOf } from "./rules.ts";
import type { PlainDescent } from "./tasks.ts";

export interface MoveExplanation {
  /** The rule, in LaTeX. */
  readonly symbols: string;
  /** The same with the numbers of the step, for each variable; or for all together, without a name. */
  readonly numbers: readonly { readonly name: string | undefined; readonly latex: string }[];
  readonly note: string | undefined;
}

const aligned = (lines: readonly string[]): string =>
  `\\begin{aligned}${lines.join(" \\\\[5pt] ")}\\end{aligned}`;

const linesOf = ({ lines }: Rule, write: (line: Rule["lines"][number]) => string): string =>
  aligned(lines.map(write));

/** The rules of a step, one for each variable; undefined at the last point and where a rule is one of all variables together. */
export const rulesAt = (
  { optimizer, learningRate, path }: PlainDescent,
  step: number,
): Readonly<Record<string, Rule>> | undefined => {
  const here = path[step];
  if (here === undefined || here.move === null) return undefined;
  const names = Object.keys(here.params);
  const memoryAt = (at: number, name: string) => {
    const kept = path[at] === undefined ? [] : remembered(optimizer, path[at].state, names);
    return (letter: string) => kept.find((one) => one.letter === letter)?.values[name];
  };
  const rules = names.map((name) => {
    const now = memoryAt(step, name);
    const rule = ruleOf(plainName(optimizer), {
      rate: learningRate ?? NaN,
      at: here.params[name]!,
      slope: here.gradient[name]!,
      step,
      now: (letter) => now(letter) ?? NaN,
      before: memoryAt(step - 1, name),
    });
    return [name, rule] as const;
  });
  return rules.every((entry): entry is [string, Rule] => entry[1] !== undefined)
    ? Object.fromEntries(rules)
    : undefined;
};

type Vector = Readonly<Record<string, number>>;

/** What a method with a line search tells of its way, by the engine. */
interface Told {
  readonly direction: Vector;
  readonly length: number;
  /** Of −H. */
  readonly columns: readonly Vector[];
}

const matrix = (rows: readonly (readonly number[])[]): string =>
  `\\begin{pmatrix}${rows.map((row) => row.map((value) => latexNumber(value)).join(" & ")).join(" \\\\ ")}\\end{pmatrix}`;

const byDirection = (
  gradient: Vector,
  move: Vector,
  { direction, length, columns }: Told,
): MoveExplanation => {
  const names = Object.keys(gradient);
  const column = (vector: Vector): string => matrix(names.map((name) => [vector[name]!]));
  const inverse = matrix(names.map((name) => columns.map((one) => -one[name]!)));
  return {
    symbols: aligned(["d &= -H\\,g", "\\Delta &= \\eta\\,d"]),
    numbers: [
      {
        name: undefined,
        latex: aligned([
          `d &= -${inverse} ${column(gradient)}`,
          `&= ${column(direction)}`,
          `\\Delta &= ${latexNumber(length)} \\cdot ${column(direction)} = ${column(move)}`,
        ]),
      },
    ],
    note:
      "H estimates the inverse of the curvature from how the slope changed along the last steps (at first it has 1 on its " +
      "diagonal); a search along d finds η, so there is no learning rate",
  };
};

/** Undefined at the last point. */
export const moveAt = (descent: PlainDescent, step: number): MoveExplanation | undefined => {
  const here = descent.path[step];
  if (here === undefined || here.move === null) return undefined;
  const { state, gradient, move } = here;
  if ("direction" in state) return byDirection(gradient, move, state as unknown as Told);
  const rules = rulesAt(descent, step);
  if (rules === undefined) return undefined;
  const [first] = Object.values(rules);
  return {
    symbols: linesOf(
      first!,
      ({ letter, term, isUpdate }) => `${letter} &${isUpdate ? "\\leftarrow" : "="} ${term.symbols}`,
    ),
    numbers: Object.entries(rules).map(([name, rule]) => ({
      name,
      latex: linesOf(
        rule,
        ({ letter, term, kept }) =>
          `${letter} &= ${term.numbers} = ${latexNumber(letter === "\\Delta" ? move[name]! : (kept ?? term.value))}`,
      ),
    })),
    note: first!.note,
  };
};
