/** The options of `downhill derive`. */
import { Option } from "commander";
import type { Command } from "commander";
import { names, wholeNumber } from "./values.ts";

export interface DeriveArguments {
  readonly wrt?: readonly string[];
  /** As written: w=1,b=pi/2. */
  readonly at?: string;
  readonly order: number;
  readonly svg?: string;
  readonly latex?: boolean;
  readonly json?: boolean;
}

const examples = `
Formulas have + - * / ^, brackets, numbers, names, pi, e and functions: exp ln sqrt sin cos tan tanh
sigmoid softplus relu abs max min erf and more.

Examples:
  downhill derive "(y - (w*x + b))^2" --wrt w,b
  downhill derive "(y - (w*x + b))^2" --wrt w,b --at w=1,b=2,x=3,y=4
  downhill derive "(y - tanh(w*x + b))^2" --wrt w,b --at w=1,b=0,x=0.5,y=1 --svg chain.svg
  downhill derive "x^3 - 3*x" --order 2
  downhill derive "softplus(z) - y*z" --wrt z --latex
`;

export function addDeriveOptions(command: Command): Command {
  return (
    command
      .argument("<formula...>", "a function of named variables, such as (y - w*x)^2, in quotes")
      .option("--wrt <names>", "the variables to differentiate by, such as w,b (default: all)", names)
      .option("--at <values>", "a value for each variable, to put in: w=1,b=2")
      .option("--order <n>", "derivatives up to this order", wholeNumber(1), 1)
      .option("--svg <file>", "draw the graph of the steps, with the slopes that flow back, into a file")
      .addOption(new Option("--latex", "print LaTeX").conflicts("json"))
      .addOption(new Option("--json", "print everything as JSON"))
      // A formula may begin with a minus sign.
      .allowUnknownOption()
      .addHelpText("after", examples)
  );
}
