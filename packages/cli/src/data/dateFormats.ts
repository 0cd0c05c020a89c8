/** A way to write dates: what a cell looks like, and the `strptime` formats that may read it, likeliest first. */
interface DateForm {
  readonly pattern: RegExp;
  readonly formats: readonly string[];
}

const dateForms: readonly DateForm[] = [
  {
    pattern: /^\d{4}-\d{1,2}-\d{1,2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/,
    formats: ["iso"],
  },
  { pattern: /^\d{4}\/\d{1,2}\/\d{1,2}$/, formats: ["%Y/%m/%d"] },
  { pattern: /^\d{1,2}\/\d{1,2}\/\d{4}$/, formats: ["%m/%d/%Y", "%d/%m/%Y"] },
  { pattern: /^\d{1,2}\/\d{1,2}\/\d{2}$/, formats: ["%m/%d/%y", "%d/%m/%y"] },
  { pattern: /^\d{1,2}-\d{1,2}-\d{4}$/, formats: ["%m-%d-%Y", "%d-%m-%Y"] },
  { pattern: /^\d{1,2}\.\d{1,2}\.\d{4}$/, formats: ["%d.%m.%Y"] },
  { pattern: /^\p{L}{3} \d{1,2},? \d{4}$/u, formats: ["%b %d %Y", "%b %d, %Y"] },
  { pattern: /^\p{L}{3,9} \d{1,2},? \d{4}$/u, formats: ["%B %d %Y", "%B %d, %Y"] },
  { pattern: /^\d{1,2} \p{L}{3} \d{4}$/u, formats: ["%d %b %Y"] },
  { pattern: /^\d{1,2} \p{L}{3,9} \d{4}$/u, formats: ["%d %B %Y"] },
  { pattern: /^\d{1,2}-\p{L}{3}-\d{2}$/u, formats: ["%d-%b-%y"] },
  { pattern: /^\d{1,2}-\p{L}{3}-\d{4}$/u, formats: ["%d-%b-%Y"] },
];

const clocks: readonly { readonly pattern: RegExp; readonly format: string }[] = [
  { pattern: / \d{1,2}:\d{2}$/, format: " %H:%M" },
  { pattern: / \d{1,2}:\d{2}:\d{2}$/, format: " %H:%M:%S" },
];

/**
 * The formats in which all of the sample cells may be dates, likeliest first; none when they do not look like dates.
 * Where day and month cannot be told apart by their looks, the month comes first.
 */
export function candidateDateFormats(sample: readonly string[]): string[] {
  if (sample.length === 0) return [];
  const fitting = (pattern: RegExp, cells: readonly string[]): boolean =>
    cells.every((cell) => pattern.test(cell));

  const plain = dateForms.filter(({ pattern }) => fitting(pattern, sample)).flatMap(({ formats }) => formats);
  const timed = clocks.flatMap((clock) => {
    if (!fitting(clock.pattern, sample)) return [];
    const days = sample.map((cell) => cell.replace(clock.pattern, ""));
    const forms = dateForms.filter(({ pattern, formats }) => formats[0] !== "iso" && fitting(pattern, days));
    return forms.flatMap(({ formats }) => formats.map((format) => format + clock.format));
  });
  return [...new Set([...plain, ...timed])];
}
