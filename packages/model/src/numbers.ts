/** What makes a column one of numbers, and which of them can be learnt from. */
import { type Comma, plainNumeral } from "./comma.ts";

/** Share of the cells that are not missing which must be numbers for the others to count as mistakes. */
const numericShare = 0.9;
/** With few rows one mistake is a large share: one bad cell among this many is a mistake all the same. */
const fewestForOneMistake = 4;

/** Whether a column of texts with so many numbers among its cells is a column of numbers with mistakes in it. */
export function isNumeric(numbers: number, present: number): boolean {
  const others = present - numbers;
  if (others === 0) return numbers > 0;
  return numbers >= numericShare * present || (others === 1 && present >= fewestForOneMistake);
}

/**
 * The number that a cell without surrounding spaces holds, NaN if it is none: decimal, digits may be parted by underscores,
 * as DuckDB reads it, and by what `comma` says.
 */
export function numberIn(text: string, comma: Comma): number {
  // JavaScript reads other bases besides: 0x1F.
  if (text === "" || /[xob]/i.test(text)) return NaN;
  return Number(plainNumeral(text.replaceAll(/(?<=\d)_(?=\d)/g, ""), comma));
}

/** Cells that are numbers to most programs, and to none that learns. */
export const isNonFinite = (text: string): boolean => /^[+-]?(nan|inf|infinity)$/i.test(text);

/** The standard deviation of larger numbers, whose squares it adds, would not be finite. */
export const largestToLearnFrom = 1e150;

/** Names that say of 1, 2, 3, … that they number the rows. */
export const numbersRowsByName = (name: string): boolean =>
  /^(id|idx|index|nr|no|row|row[ _]?(id|nr|no|num|number|name)s?|.*[ _]id|column_1|#)$/i.test(name);
