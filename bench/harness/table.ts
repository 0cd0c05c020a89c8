/** Results as text: a table per question, and goals and what was reached at the end. */
import type { ProgramQuestion, Question } from "./question.ts";
import type { Attainment, Result, Verdict } from "./result.ts";
import { spread } from "./statistics.ts";
import { ratiosOf, reachedBy, verdictWord } from "./verdicts.ts";

const units: Record<Result["unit"], readonly (readonly [name: string, size: number])[]> = {
  seconds: [
    ["s", 1],
    ["ms", 1e-3],
    ["µs", 1e-6],
  ],
  bytes: [["kB", 1000]],
};

/** Three significant digits, or two of a small number. */
export const digits = (value: number): string =>
  value < 0.1 ? String(Number(value.toPrecision(2))) : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** Seconds or bytes, in the unit that suits the smallest. */
export function quantities(values: readonly number[], unit: Result["unit"]): string[] {
  const smallest = Math.min(...values);
  const [name, size] = units[unit].find(([, size]) => smallest >= size) ?? units[unit].at(-1)!;
  return values.map((value) => `${digits(value / size)} ${name}`);
}

/** A goal and what was reached of it by the default target, or by another one, in the same unit. */
export function goalAndReached(
  { kind, unit, goal, reached: own }: Verdict,
  { reached }: Pick<Attainment, "reached"> = { reached: own },
): [goal: string, reached: string] {
  if (kind === "limit") {
    const [limit = "", actual = ""] = quantities([goal, reached.median], unit as Result["unit"]);
    return [`≤ ${limit}`, actual];
  }
  const suffix = unit === "×" ? "×" : ` ${unit}`;
  return [`${String(Number(goal.toPrecision(3)))}${suffix}`, `${digits(reached.median)}${suffix}`];
}

const verdictText = (verdict: Verdict): string =>
  `${goalAndReached(verdict)[0]} ${verdictWord(verdict)}` +
  (verdict.node === undefined ? "" : ` on ${verdict.node}`);

export function questionTable(question: Question, result: Result): string {
  const rate = (question as ProgramQuestion).rate;
  const lines = result.rows.map((row) => {
    const { median, min, max } = spread(row.samples);
    const [middle = "", low = "", high = ""] = quantities([median, min, max], result.unit);
    const ratios = ratiosOf(question, result, row);
    // The goal of a ratio stands beside the peer, that of a number beside the one who must reach it.
    const verdicts = result.verdicts.filter(({ kind, subject, peer }) =>
      kind === "ratio" ? peer === row.name : subject === row.name,
    );
    return [
      row.name,
      middle,
      row.samples.length > 1 ? `${low} – ${high}` : "",
      ratios === undefined ? "" : ratioText(ratios),
      verdicts.map(verdictText).join(", "),
      rate === undefined ? (row.note ?? "") : `${digits(rate.perStep / median)} ${rate.unit}`,
    ];
  });
  if (lines.length === 0 && result.failures.length === 0) lines.push(["nobody who is present takes part"]);
  const header = ["", "median", "min – max", `× ${question.subject ?? "Downhill"}`, "goal", ""];
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

/** Who is judged, beside whom. */
export const judged = ({ subject, peer }: Verdict): string =>
  peer === undefined ? subject : `${subject} / ${peer}`;

/** How many goals are reached, and by which target. */
export function goalCount(verdicts: readonly Verdict[]): string {
  const count = (target: "wasm" | "native"): number =>
    verdicts.filter((verdict) => reachedBy(verdict) === target).length;
  const [wasm, native] = [count("wasm"), count("native")];
  const total = `${wasm + native} of ${verdicts.length} goals reached`;
  return verdicts.some((verdict) => verdict.native) ? `${total}, ${native} of them by native alone` : total;
}

/** One line per goal. */
export function goalTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "";
  const lines = verdicts.map((verdict) => [
    verdict.question,
    judged(verdict),
    ...goalAndReached(verdict),
    verdict.native === undefined ? "" : goalAndReached(verdict, verdict.native)[1],
    verdictWord(verdict),
  ]);
  return [...align([["goals", "", "goal", "", "native", ""], ...lines]), goalCount(verdicts)].join("\n");
}

/** Columns padded to their widest cell: the first to the left, the others to the right. */
export function align(rows: readonly (readonly string[])[]): string[] {
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
