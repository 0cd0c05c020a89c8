/** `downhill derive`: how the derivatives of a formula come about. */
import { ArgumentError, derivationText } from "downhill";
import type { Derivation } from "downhill/formula";
import { derive as deriveFormula, FormulaError, parseFormula } from "downhill/formula";
import type { DeriveArguments } from "../arguments/derive.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exitCodes.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";

/** The formula in one piece: unquoted, the shell has cut it at its spaces. */
function formulaOf(parts: readonly string[]): string {
  const option = parts.find((part) => /^--[a-z]/i.test(part));
  if (option !== undefined)
    throw new UsageError(`unknown option ${printable(option)}`, "see downhill derive --help");
  return parts.join(" ");
}

/** `w=1,b=pi/2`: each value a formula without variables. */
function valuesOf(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const part of text.split(",")) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*([^=]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(
        `--at: ${JSON.stringify(part)} gives no value to a name`,
        "write name=value with commas between, such as --at w=1,b=2",
      );
    const { variables } = parsed(() => parseFormula(value), `--at ${name}: `);
    if (variables.length > 0)
      throw new UsageError(
        `--at: ${printable(part)} has a variable, ${variables.join(", ")}`,
        "write a number, such as 0.5 or pi/2",
      );
    if (Object.hasOwn(values, name)) throw new UsageError(`--at: ${printable(name)} has two values`);
    values[name] = parseFormula(value)({}).item();
  }
  return values;
}

/** What is wrong with a formula or its variables is wrong with the call. */
function parsed<T>(read: () => T, where = ""): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormulaError || error instanceof ArgumentError)
      throw new UsageError(where + printableLines(error.message.replace(/^(formula|derive): /, "")));
    throw error;
  }
}

const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** JSON has no numbers for what is not finite or very large: they become texts. */
function toJson(derivation: Derivation): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))
      ? String(value)
      : value;
  return JSON.stringify(derivation, plain, 2);
}

function shown(
  derivation: Derivation,
  { latex, json }: DeriveArguments,
  { width, colours }: Terminal,
): string {
  if (latex === true) return derivation.toLatex();
  if (json === true) return toJson(derivation);
  return derivationText(derivation, {
    width,
    heading: (text) => colours.bold(text),
    faint: (text) => colours.dim(text),
    strong: (text) => colours.cyan(text),
  });
}

/** @throws UsageError if the formula or what is said of its variables cannot be used. */
export function derive(parts: readonly string[], options: DeriveArguments, terminal: Terminal): number {
  const { wrt, at, order } = options;
  const formula = formulaOf(parts);
  const values = at === undefined ? undefined : valuesOf(at);
  const derivation = parsed(() =>
    deriveFormula(formula, { order, ...(wrt && { wrt }), ...(values && { at: values }) }),
  );
  terminal.stdout.write(`${shown(derivation, options, terminal)}\n`);
  const isWrong = [derivation.check, ...derivation.higher.map(({ check }) => check)].some(
    ({ points, agrees }) => points > 0 && !agrees,
  );
  if (!isWrong) return exitCodes.success;
  terminal.stderr.write(
    `${terminal.errorColours.red("internal:")} the derivative does not agree with its checks; please report the formula\n`,
  );
  return exitCodes.internal;
}
