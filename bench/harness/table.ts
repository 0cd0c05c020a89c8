/** Results as text: a table per question, and the ratios of all questions at the end. */
import type { ProgramQuestion, Question } from "./question.ts";
import type { Result, Row } from "./result.ts";
import { pairedRatios, spread } from "./statistics.ts";

const units: Record<Result["unit"], readonly (readonly [name: string, size: number])[]> = {
  seconds: [
    ["s", 1],
    ["ms", 1e-3],
    ["µs", 1e-6],
  ],
  bytes: [["kB", 1000]],
};

/** Three significant digits, or two of a small number. */
const digits = (value: number): string =>
  value < 0.1 ? String(Number(value.toPrecision(2))) : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

function quantity(values: readonly number[], unit: Result["unit"]): string[] {
  const smallest = Math.min(...values);
  const [name, size] = units[unit].find(([, size]) => smallest >= size) ?? units[unit].at(-1)!;
  return values.map((value) => `${digits(value / size)} ${name}`);
}

export const subjectOf = (question: Question): string => question.subject ?? "Downhill";

/**
 * How many times as long as the subject `row` takes, per round. Undefined for the subject itself, and for
 * everybody where participants disagree: who computes something else cannot be faster or slower.
 */
export function ratiosOf(question: Question, result: Result, row: Row): number[] | undefined {
  if (result.disagreements.length > 0) return undefined;
  const subject = result.rows.find(({ name }) => name === subjectOf(question));
  return subject === undefined || subject === row ? undefined : pairedRatios(row.samples, subject.samples);
}

export function questionTable(question: Question, result: Result): string {
  const rate = (question as ProgramQuestion).rate;
  const lines = result.rows.map((row) => {
    const { median, min, max } = spread(row.samples);
    const [middle = "", low = "", high = ""] = quantity([median, min, max], result.unit);
    const ratios = ratiosOf(question, result, row);
    return [
      row.name,
      middle,
      row.samples.length > 1 ? `${low} – ${high}` : "",
      ratios === undefined ? "" : ratioText(ratios),
      goalText(question, result.unit, row, ratios),
      rate === undefined ? (row.note ?? "") : `${digits(rate.perStep / median)} ${rate.unit}`,
    ];
  });
  if (lines.length === 0 && result.failures.length === 0) lines.push(["nobody who is present takes part"]);
  const header = ["", "median", "min – max", `× ${subjectOf(question)}`, "goal", ""];
  return [
    `${question.title}  [${question.name}]`,
    ...align([header, ...lines]).map((line) => `  ${line}`),
    ...result.failures.map(({ name, reason }) => `  FAILED ${name}: ${reason}`),
    ...result.disagreements.map((problem) => `  DISAGREE ${problem}`),
  ].join("\n");
}

function ratioText(ratios: readonly number[]): string {
  const { median, min, max } = spread(ratios);
  return ratios.length > 1 ? `${digits(median)}× (${digits(min)} – ${digits(max)})` : `${digits(median)}×`;
}

/** The limit for the subject, the goal of the ratio for its peers, and whether this run keeps to them. */
function goalText(question: Question, unit: Result["unit"], row: Row, ratios: number[] | undefined): string {
  const verdict = (reached: boolean): string => (reached ? "reached" : "missed");
  const { limit } = question;
  if (row.name === subjectOf(question) && limit !== undefined) {
    return `≤ ${quantity([limit], unit)[0]} ${verdict(spread(row.samples).median <= limit)}`;
  }
  const goal = question.goals[row.name];
  if (ratios === undefined || goal === undefined) return "";
  return `${goal}× ${verdict(spread(ratios).median >= goal)}`;
}

/** One line per question, one column per row name: peer's time divided by Downhill's. */
export function ratioTable(pairs: readonly (readonly [Question, Result])[]): string {
  const cells = pairs.map(([question, result]) => {
    const ratios = new Map<string, string>();
    for (const row of result.rows) {
      const values = ratiosOf(question, result, row);
      if (values !== undefined) ratios.set(row.name, `${digits(spread(values).median)}×`);
    }
    return { title: question.name, ratios };
  });
  const names = [...new Set(cells.flatMap(({ ratios }) => [...ratios.keys()]))];
  if (names.length === 0) return "";
  return align([
    ["peer's time / Downhill's", ...names],
    ...cells.map(({ title, ratios }) => [title, ...names.map((name) => ratios.get(name) ?? "")]),
  ]).join("\n");
}

/** Columns padded to their widest cell: the first to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   ")
      .trimEnd(),
  );
}
