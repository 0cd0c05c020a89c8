/** The table of derivatives, entry by entry, as the records of the primitives have it. */
import type { Equation } from "../../program/program.ts";
import { call } from "../algebra/build.ts";
import { symbol } from "../algebra/node.ts";
import { print } from "../notation/print.ts";
import { localSlope } from "./local.ts";

/** The slope of a basic function as the table of derivatives has it. */
export const tableEntry = (equation: Equation, position: number): string => {
  const args = equation.inputs.map((_, i) => symbol(String.fromCharCode("u".charCodeAt(0) + i)));
  const value = call(equation.primitive.name, args);
  const { slope } = localSlope(equation, position, args, value);
  const by = args.length === 1 ? "" : ` by ${print(args[position]!).text}`;
  return `The slope of ${print(value).text}${by} is ${print(slope).text}.`;
};
