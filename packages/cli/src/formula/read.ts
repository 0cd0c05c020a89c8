/** Formulas and values of their variables, out of what the user wrote. */
import { ArgumentError } from "downhill";
import { FormulaError, parseFormula } from "downhill/formula";
import { UsageError } from "../errors.ts";
import { printable } from "../terminal/text.ts";

const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** What is wrong with a formula or its variables is wrong with the call. */
export function asUsage<T>(read: () => T, where = ""): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormulaError || error instanceof ArgumentError)
      throw new UsageError(where + printableLines(error.message.replace(/^[a-zA-Z]+: /, "")));
    throw error;
  }
}

/** The formula in one piece: unquoted, the shell has cut it at its spaces. */
export function joined(parts: readonly string[], command: string): string {
  const option = parts.find((part) => /^--[a-z]/i.test(part));
  if (option !== undefined)
    throw new UsageError(`unknown option ${printable(option)}`, `see downhill ${command} --help`);
  return parts.join(" ");
}

/** `w=1,b=pi/2`: each value a formula without variables. */
export function valuesOf(option: string, text: string): Record<string, number> {
  const values = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*([^=]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(
        `${option}: ${JSON.stringify(part)} gives no value to a name`,
        `write name=value with commas between, such as ${option} w=1,b=2`,
      );
    const formula = asUsage(() => parseFormula(value), `${option} ${name}: `);
    if (formula.variables.length > 0)
      throw new UsageError(
        `${option}: ${printable(part)} has a variable, ${formula.variables.join(", ")}`,
        "write a number, such as 0.5 or pi/2",
      );
    if (values.has(name)) throw new UsageError(`${option}: ${printable(name)} has two values`);
    values.set(name, formula({}).item());
  }
  return Object.fromEntries(values);
}
