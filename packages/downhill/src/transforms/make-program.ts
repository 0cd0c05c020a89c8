/** Looking at the program that a function becomes. */
import { printProgram } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import type { LooseArguments } from "./arguments.ts";
import { traceFunction } from "./trace-function.ts";

/** A program that prints itself: `String(program)` is the text that `parseProgram` reads back. */
export interface PrintableProgram extends Program {
  toString(): string;
}

/**
 * The program of `f` at arguments like these: only their nesting, shapes and dtypes count. Tensors that `f`
 * captures from outside come first among the inputs.
 */
export const makeProgram =
  <A extends readonly unknown[]>(f: (...args: A) => unknown) =>
  (...args: LooseArguments<A>): PrintableProgram => {
    const { program } = traceFunction("makeProgram", f, args, false);
    return { ...program, toString: () => printProgram(program) };
  };
