/** Texts that a person reads as numbers, and that are categories to a model: money, percentages, times. */

interface Form {
  readonly pattern: RegExp;
  readonly instead: string;
}

const forms: readonly Form[] = [
  {
    pattern:
      /^[+-]?\s*(?:[$€£¥₹]|[A-Z]{3}\s)\s*[+-]?\d[\d.,']*$|^[+-]?\d[\d.,' ]*\s?(?:[$€£¥₹]|\s[A-Z]{3})$/u,
    instead: "the amount alone, such as 1020",
  },
  { pattern: /^[+-]?\d[\d.,]*\s*%$/, instead: "the number alone, such as 45" },
  {
    pattern: /^\d{1,3}:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?$/i,
    instead: "the minutes or hours as a number, such as 12.5 for 12:30",
  },
];

/** Of the cells of a column that are neither numbers nor dates: what to say of them if they look like numbers. */
export function describeAlmostNumbers(name: string, cells: readonly string[]): string | null {
  const [first] = cells;
  const form = forms.find(({ pattern }) => cells.every((cell) => pattern.test(cell)));
  if (first === undefined || form === undefined) return null;
  return `column ${JSON.stringify(name)} holds texts such as ${JSON.stringify(first)}, each a category of its own; to have numbers, write ${form.instead}`;
}
