/** The options of `downhill descend`. */
import type { Command } from "commander";
import { names, rates, wholeNumber } from "./values.ts";

export interface DescendArguments {
  /** As written: x=-1.5,y=pi/2. */
  readonly from: string;
  readonly with?: string;
  readonly optimizer: readonly string[];
  readonly rate: readonly ("auto" | number)[];
  readonly steps: number;
  readonly findRate?: boolean;
  readonly svg?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  downhill descend "x^2 + 2*y^2" --from x=-1.5,y=2
  downhill descend "(1 - x)^2 + 100*(y - x^2)^2" -f x=-1.5,y=2 --optimizer gd,adam --svg valley.svg
  downhill descend "x^4 - 3*x^2 + x" --from x=2 --rate 0.01,0.1,0.2
  downhill descend "x^2 + 10*y^2" --from x=2,y=1 --optimizer gd,adam --find-rate
  downhill descend "(y - (w*x + b))^2" --from w=1,b=2 --with x=3,y=4
`;

export function addDescendOptions(command: Command): Command {
  return (
    command
      .argument("<formula...>", "what to descend, such as x^2 + 2*y^2, in quotes")
      .requiredOption("-f, --from <values>", "where to start: a value for each variable, x=-1.5,y=2")
      .option("--with <values>", "values of variables that stay as they are")
      .option(
        "--optimizer <names>",
        "how to step: gd, momentum, nesterov, adam, ..., or several: gd,adam",
        names,
        ["gd"],
      )
      .option("--rate <rates>", "learning rate: auto, a number, or several: 0.1,0.01", rates, ["auto"])
      .option("--steps <n>", "steps at most", wholeNumber(0), 100)
      .option("--find-rate", "instead of descending, try rates from low to high and recommend one")
      .option("--svg <file>", "draw the descent, or what was found, into a file")
      .option("--json", "print all steps, gradients, moves and the optimizer's memory as JSON")
      // A formula may begin with a minus sign.
      .allowUnknownOption()
      .addHelpText("after", examples)
  );
}
