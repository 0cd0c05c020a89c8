/** Where a formula of numbers has no value, or no slope: which part of it is to blame, and what to write instead. */
import type { Atom } from "../../program/program.ts";
import { tensor } from "../../tensor/create.ts";
import { type Origin, originOf } from "../../transforms/non-finite/origin.ts";
import { short, tell } from "../../transforms/non-finite/words.ts";
import type { Formula } from "../formula.ts";
import type { Notation } from "../notation/names.ts";
import { requireValues } from "../question.ts";
import { chainOf } from "./chain.ts";
import { hasDecimals } from "./constants.ts";
import { namingOf } from "./naming.ts";
import { type ScalarProgram, traceScalars } from "./trace-scalars.ts";

/** The part of a formula at which its numbers end. */
export interface Undefined {
  /** Whether the formula has no value there, or a value and no slope. */
  readonly of: "value" | "slope";
  /** The part, in the formula's variables: `ln(x − 1)`; undefined where it has none, or is too long to be looked at. */
  readonly part: Notation | undefined;
  /** `log of −1 does not exist` */
  readonly happened: string;
  /** What helps: where to go, or what to write instead. */
  readonly remedy: string;
  /** All of this as one sentence. */
  toString(): string;
}

/** Parts that take more characters are not written out. */
const longestPart = 60;

/**
 * The first part of a formula that is not finite with these numbers, or whose slope is not; null where all is well.
 *
 * @param at a number for each variable.
 * @throws ArgumentError where there is one too few or too many.
 */
export const whereUndefined = (formula: Formula, at: Readonly<Record<string, number>>): Undefined | null => {
  const { variables } = formula;
  requireValues(variables, at);
  const traced = traceScalars(
    (...leaves) => formula(Object.fromEntries(variables.map((name, i) => [name, leaves[i]!]))),
    variables,
  );
  const inputs = variables.map((name) => tensor(at[name]!, { dtype: "float64" }).concrete("whereUndefined"));
  const origin = originOf(
    traced.program,
    inputs,
    variables.map(() => true),
  );
  if (origin === undefined) return null;
  const write = writerOf(traced);
  const found = {
    of: origin.phase === "backward" ? "slope" : "value",
    part: origin.phase === "input" ? undefined : write(origin.equation.outputs[0]!),
    happened: tell(origin).happened,
    remedy: origin.phase === "input" ? "write a number that is finite" : remedyOf(traced, origin, write),
  } as const;
  return {
    ...found,
    toString: () =>
      `${found.part === undefined ? "" : `${found.part.text} has no ${found.of}: `}${found.happened}; ${found.remedy}`,
  };
};

/** Parts of a formula, written in its variables where that is short. */
type Write = (atom: Atom) => Notation | undefined;

const writerOf = (traced: ScalarProgram): Write => {
  const chain = chainOf(traced, []);
  const naming = namingOf(chain, traced.variables, hasDecimals(traced.program));
  return (atom) => {
    const step = chain.steps.find(({ variable }) => variable === atom);
    // Names of steps would tell nothing here.
    if (step === undefined || naming.namesIn(step.value).length > 0) return undefined;
    const part = naming.whole(step.value);
    return part.text.length <= longestPart ? part : undefined;
  };
};

/** Operands as they are spoken of, and as they are typed. */
interface Operand {
  readonly said: string;
  readonly typed: string;
  readonly value: number;
  /** What made it: an operation, a variable, or a number that stands in the formula. */
  readonly from: string;
}

const operandOf = (
  { program, variables }: ScalarProgram,
  atom: Atom,
  value: number,
  write: Write,
): Operand => {
  if (atom.kind === "literal") return { said: short(value), typed: String(value), value, from: "number" };
  const name = variables[program.inputs.indexOf(atom)];
  if (name !== undefined) return { said: name, typed: name, value, from: "variable" };
  const maker = program.equations.find(({ outputs }) => outputs.includes(atom));
  const said = write(atom)?.text ?? "what stands in it";
  return { said: `${said} (now ${short(value)})`, typed: "…", value, from: maker!.primitive.name };
};

const smaller = "go where the numbers are smaller; those of float64 end at 1.8·10³⁰⁸";

const logarithm =
  (name: string, bound = "0") =>
  ({ said, typed, from }: Operand): string => {
    if (from === "number") return "write another number";
    if (from === "sigmoid" && name === "ln")
      return "write -softplus(-(…)) in place of ln(sigmoid(…)): it is the same, and never meets the logarithm of 0";
    return `go where ${said} is above ${bound}, or put in what is above 0 everywhere: ${name}(softplus(${typed}))`;
  };

const clipped =
  (name: string) =>
  ({ said, typed }: Operand): string =>
    `go where ${said} is between −1 and 1, or write ${name}(max(-1, min(1, ${typed})))`;

const exponential = ({ said }: Operand): string =>
  `go where ${said} is below 709, or write sigmoid, softplus or tanh, which cannot overflow`;

const divisor = ({ said, typed }: Operand): string =>
  `go where ${said} is not 0, or divide by what never is: ${typed}^2 + 0.001`;

const remedies: Readonly<Record<string, (a: Operand, b: Operand) => string>> = {
  log: logarithm("ln"),
  log2: logarithm("log2"),
  log10: logarithm("log10"),
  log1p: logarithm("log1p", "−1"),
  sqrt: ({ said, typed, value }) =>
    value < 0
      ? `go where ${said} is not below 0, or write sqrt(abs(${typed}))`
      : `go where ${said} is above 0, or write sqrt(${typed} + 0.001)`,
  reciprocal: divisor,
  div: (_, b) => (b.value === 0 ? divisor(b) : smaller),
  pow: (a, b) =>
    a.value < 0
      ? `go where ${a.said} is above 0, or write a whole exponent, or abs(${a.typed})^${b.typed}`
      : a.value === 0
        ? `go where ${a.said} is not 0`
        : smaller,
  exp: exponential,
  expm1: exponential,
  sinh: exponential,
  cosh: exponential,
  asin: clipped("asin"),
  acos: clipped("acos"),
  atanh: clipped("atanh"),
  acosh: ({ said, typed }) => `go where ${said} is 1 or more, or write acosh(max(1, ${typed}))`,
};

const remedyOf = (
  traced: ScalarProgram,
  origin: Exclude<Origin, { phase: "input" }>,
  write: Write,
): string => {
  const { equation, operands } = origin;
  const [a, b] = equation.inputs.map((atom, i) => operandOf(traced, atom, operands[i]!.values[0]!, write));
  const remedy = remedies[equation.primitive.name];
  return remedy === undefined ? smaller : remedy(a!, b ?? a!);
};
