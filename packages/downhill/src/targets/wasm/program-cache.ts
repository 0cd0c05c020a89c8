/**
 * Compiled programs for calls outside of `jit`, found again by the text of the program. Often such a program comes again
 * with other numbers in it: a rate that decays, a count of steps. Once a third set of numbers comes, the program is
 * compiled with the numbers that change as inputs.
 */
import { liftNumbers, numbersOf } from "../../program/lift-numbers.ts";
import { printProgram } from "../../program/print.ts";
import type { Program } from "../../program/program.ts";
import type { CompiledProgram } from "../../program/trace.ts";
import { literal } from "../../tensor/tensor.ts";

/** Texts of which programs are kept. */
const keptTexts = 256;

/** Sets of numbers for which a program is compiled as it stands. */
const mostVariants = 2;

/** Programs whose texts are equal but for their numbers. */
interface Family {
  readonly variants: { readonly numbers: readonly number[]; readonly run: CompiledProgram }[];
  /** The program with the numbers at some positions as inputs; elsewhere it has those of the first variant. */
  general: { readonly isLifted: readonly boolean[]; readonly run: CompiledProgram } | undefined;
}

/** Programs by their text, the latest used last; `compile` makes one that is not there. */
export const makeProgramCache = (
  compile: (program: Program) => CompiledProgram,
): ((program: Program) => CompiledProgram) => {
  const families = new Map<string, Family>();
  const familyOf = (program: Program): Family => {
    const key = printProgram(liftNumbers(program));
    const family = families.get(key) ?? { variants: [], general: undefined };
    families.delete(key);
    families.set(key, family);
    if (families.size > keptTexts) families.delete(families.keys().next().value!);
    return family;
  };
  return (program) => {
    const literals = numbersOf(program);
    const numbers = literals.map(({ value }) => value);
    const family = familyOf(program);
    const { variants } = family;
    const differs = (position: number): boolean =>
      !Object.is(numbers[position], variants[0]!.numbers[position]);
    const found = variants.find((variant) =>
      variant.numbers.every((number, position) => Object.is(number, numbers[position])),
    );
    if (found !== undefined) return found.run;
    if (variants.length < mostVariants) {
      const run = compile(program);
      variants.push({ numbers, run });
      return run;
    }
    const known = family.general?.isLifted;
    if (known === undefined || numbers.some((_, position) => differs(position) && !known[position])) {
      const isLifted = numbers.map((_, position) => (known?.[position] ?? false) || differs(position));
      family.general = { isLifted, run: compile(liftNumbers(program, (position) => isLifted[position]!)) };
    }
    const { isLifted, run } = family.general!;
    const further = literals
      .filter((_, position) => isLifted[position])
      .map(({ value, dtype }) => literal(value, dtype));
    return (inputs) => run([...inputs, ...further]);
  };
};
