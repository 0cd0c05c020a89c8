/** Values of options, out of the text that the user wrote. */
import { InvalidArgumentError } from "commander";

function numberOf(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}

/** A whole number from `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = numberOf(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Write a whole number from ${least}.`);
  };
}

/** A share of the rows: from 0, less than 1. */
export function share(text: string): number {
  const value = numberOf(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError("Write a share of the rows, such as 0.2; 0 holds none back.");
}

export function positiveNumber(text: string): number {
  const value = numberOf(text);
  if (value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError("Write a number above 0, such as 0.01.");
}

/** A learning rate. */
export function rate(text: string): "auto" | number {
  if (text === "auto") return "auto";
  const value = numberOf(text);
  if (value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError("Write auto or a number above 0, such as 0.01.");
}

/** Sizes of hidden layers: `64,32`. */
export function layerSizes(text: string): number[] {
  const sizes = text.split(",").map(numberOf);
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) return sizes;
  throw new InvalidArgumentError("Write the sizes of the hidden layers, such as 64,32.");
}

/** Names of variables: `w,b`. */
export function names(text: string): string[] {
  const found = text.split(",").map((name) => name.trim());
  if (found.every((name) => name !== "")) return found;
  throw new InvalidArgumentError("Write names with commas between them, such as w,b.");
}

/** An option that may be written several times. */
export function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

/** What stands in for missing numbers: of all columns, or of a named one. */
export interface FillArgument {
  readonly column: string | null;
  readonly fill: "mean" | "median" | number;
}

/** `median`, `0` or `COLUMN=median`, on top of those before. */
export function collectFill(text: string, before: readonly FillArgument[]): FillArgument[] {
  // The name of a column may contain an equals sign, the rule cannot.
  const equals = text.lastIndexOf("=");
  const rule = text.slice(equals + 1);
  const fill = rule === "mean" || rule === "median" ? rule : numberOf(rule);
  if (typeof fill === "number" && !Number.isFinite(fill)) {
    throw new InvalidArgumentError(
      "Write mean, median or a number; for a single column COLUMN=median or COLUMN=0.",
    );
  }
  return [...before, { column: equals < 0 ? null : text.slice(0, equals), fill }];
}

/** Several learning rates: `auto` or `0.1,0.01`. */
export function rates(text: string): ("auto" | number)[] {
  return text.split(",").map(rate);
}

/** A port of this machine; 0 for any that is free. */
export function port(text: string): number {
  const value = numberOf(text);
  if (Number.isSafeInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError("Write a port from 1 to 65535, or 0 for any that is free.");
}
