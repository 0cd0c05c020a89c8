/** Which texts are dates, and what number a date is: the same wherever tables are read. */

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

/** So many rows are looked at to find formats; that one of them reads the whole column is then checked. */
export const sampledRows = 200;

const months = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];

/** What stands for each part of a format, as `strptime` has them: numbers may lack their leading zeros. */
const parts: Readonly<Record<string, string>> = {
  Y: "(?<year>\\d{4})",
  y: "(?<shortYear>\\d{2})",
  m: "(?<month>\\d{1,2})",
  d: "(?<day>\\d{1,2})",
  b: `(?<name>${months.map((name) => name.slice(0, 3)).join("|")})`,
  B: `(?<name>${months.join("|")})`,
  H: "(?<hour>\\d{1,2})",
  M: "(?<minute>\\d{1,2})",
  S: "(?<second>\\d{1,2})",
};

const iso =
  "(?<year>\\d{4})-(?<month>\\d{1,2})-(?<day>\\d{1,2})" +
  "([ T](?<hour>\\d{2}):(?<minute>\\d{2})(:(?<second>\\d{2})(?<fraction>\\.\\d+)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?)?";

/** Whole texts in a format, with its parts as named groups. */
export function datePattern(format: string): RegExp {
  const source =
    format === "iso"
      ? iso
      : format.replaceAll(".", "\\.").replaceAll(/%(\p{L})/gu, (_, part: string) => parts[part]!);
  return new RegExp(`^${source}$`, "i");
}

/**
 * Reads dates in a format (one of `candidateDateFormats`): a text without spaces around it as days since 1970-01-01, with the
 * time of day as fraction; null if it is none. Clocks count as they are written: an offset from UTC is not reckoned in. Of two
 * digits, 69 and more are years of the century before, as in POSIX.
 */
export function dateReader(format: string): (text: string) => number | null {
  const pattern = datePattern(format);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return null;
    const number = (name: string): number => Number(groups[name] ?? 0);
    const short = number("shortYear");
    const year = groups["shortYear"] === undefined ? number("year") : short + (short < 69 ? 2000 : 1900);
    const name = groups["name"]?.toLowerCase();
    const month = name === undefined ? number("month") : 1 + months.findIndex((one) => one.startsWith(name));
    const day = number("day");
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    // 31 February would be a day of March.
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
    const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
    const microseconds = Math.trunc(1e6 * number("fraction"));
    const isMidnight = format === "iso" && hour === 24 && minute + second + microseconds === 0;
    if ((hour > 23 && !isMidnight) || minute > 59 || second > 59) return null;
    const seconds = date.getTime() / 1000 + 3600 * hour + 60 * minute + second;
    return (seconds * 1e6 + microseconds) / 1e6 / 86400;
  };
}

/** The days of texts that are all dates in one format, the likeliest that reads them; null if there is none. */
export function datesOf(
  texts: readonly (string | null)[],
): { readonly format: string; readonly days: readonly (number | null)[] } | null {
  const present = (cells: readonly (string | null)[]): string[] => cells.filter((cell) => cell !== null);
  for (const format of candidateDateFormats(present(texts.slice(0, sampledRows)))) {
    const read = dateReader(format);
    const days = texts.map((text) => (text === null ? null : read(text)));
    if (days.every((value, row) => value !== null || texts[row] === null)) return { format, days };
  }
  return null;
}

/** `2024-01-31`: the day in which a date lies. */
export function dayText(days: number): string {
  return new Date(Math.floor(days) * 86_400_000).toISOString().slice(0, 10);
}
