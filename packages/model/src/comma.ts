/** What the commas of numbers in a text mean. */

/**
 * - `decimal`: 1,5 is one and a half, and points part thousands: 1.234,5
 * - `thousands`: 1,234.5 is one thousand and so on
 * - `none`: a text with a comma is no number
 */
export type Comma = "decimal" | "thousands" | "none";

/** Patterns of whole cells without surrounding spaces, in what JavaScript and RE2 have in common. */
export const groupedByComma = "[+-]?\\d{1,3}(,\\d{3})+(\\.\\d*)?";
export const groupedByPoint = "[+-]?\\d{1,3}(\\.\\d{3})+(,\\d*)?";

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const isGroupedByComma = whole(groupedByComma);
const isGroupedByPoint = whole(groupedByPoint);
/** No number with a decimal comma can be written so: there are two commas, or a point besides. */
const surelyThousands = whole("[+-]?\\d{1,3}(,\\d{3}){2,}|[+-]?\\d{1,3}(,\\d{3})+\\.\\d+");
const surelyDecimal = whole("[+-]?\\d{1,3}(\\.\\d{3})+,\\d+");
const withComma = whole("[+-]?\\d+,\\d+");
const withPoint = whole("[+-]?\\d+\\.\\d+");
/** One thousand and more, or a number with three decimals. */
const ambiguous = whole("[+-]?[1-9]\\d{0,2},\\d{3}");

/** What the commas mean in a table with these cells, which `delimiter` parts. */
export function commaOf(cells: readonly string[], delimiter: string): Comma {
  const trimmed = cells.map((cell) => cell.trim());
  const some = (pattern: RegExp): boolean => trimmed.some((cell) => pattern.test(cell));
  if (some(surelyThousands)) return "thousands";
  if (delimiter !== "," && some(surelyDecimal)) return "decimal";
  const commas = trimmed.filter((cell) => withComma.test(cell));
  if (commas.length === 0) return "none";
  const hasPoints = some(withPoint);
  // Semicolons part cells where the comma is taken, by decimals.
  if (commas.every((cell) => ambiguous.test(cell)) && (delimiter !== ";" || hasPoints)) return "thousands";
  return delimiter === "," || hasPoints ? "none" : "decimal";
}

/** The number that a text without surrounding spaces stands for, as JavaScript writes it. */
export function plainNumeral(text: string, comma: Comma): string {
  if (comma === "thousands") return isGroupedByComma.test(text) ? text.replaceAll(",", "") : text;
  if (comma === "none") return text;
  return (isGroupedByPoint.test(text) ? text.replaceAll(".", "") : text).replace(",", ".");
}
