/** Whether a run keeps to the goals. */
import type { ProgramQuestion, Question } from "./question.ts";
import type { Result, Row, Verdict } from "./result.ts";
import { pairedRatios, spread } from "./statistics.ts";

/** On an older Node this part of each goal suffices. */
const olderNodeShare = 0.8;

const suffixOf = (node: string | undefined): string => (node === undefined ? "" : `, ${node}`);

export const isReached = ({ share }: Verdict): boolean => share.median >= 1;

const rowNamed = (rows: readonly Row[], name: string): Row | undefined =>
  rows.find((row) => row.name === name);

/** Whom a row under this Node is compared with. */
const subjectOf = (question: Question, rows: readonly Row[], node?: string): Row | undefined =>
  rowNamed(rows, (question.subject ?? "Downhill") + suffixOf(node));

/** The row of a peer under the same Node, else the one that there is. */
const peerOf = (rows: readonly Row[], name: string, node?: string): Row | undefined =>
  rowNamed(rows, name + suffixOf(node)) ?? rowNamed(rows, name);

/**
 * How many times as long as the subject `row` takes, per round; undefined for the subject itself, and for everybody
 * where participants disagree: who computes something else cannot be faster or slower.
 */
export function ratiosOf(
  question: Question,
  { rows, disagreements }: Omit<Result, "verdicts">,
  row: Row,
): number[] | undefined {
  if (disagreements.length > 0) return undefined;
  const subject = subjectOf(question, rows, row.node);
  return subject === undefined || row === subject ? undefined : pairedRatios(row.samples, subject.samples);
}

/** The verdicts on a question: first those of the Node that the goals are meant for, then those of an older one. */
export function verdictsOf(question: Question, result: Omit<Result, "verdicts">): Verdict[] {
  if (result.disagreements.length > 0) return [];
  const nodes = [...new Set(result.rows.map(({ node }) => node))];
  return [undefined, ...nodes.filter((node) => node !== undefined)].flatMap((node) =>
    judge(question, result, node),
  );
}

function judge(question: Question, { rows, unit }: Omit<Result, "verdicts">, node?: string): Verdict[] {
  const part = node === undefined ? 1 : olderNodeShare;
  const verdict = (
    { name }: Row,
    judged: Pick<Verdict, "kind" | "unit" | "goal" | "peer">,
    samples: readonly number[],
  ): Verdict => ({
    question: question.name,
    subject: name,
    ...(node === undefined ? {} : { node }),
    ...judged,
    reached: spread(samples),
    share: spread(
      samples.map((value) => (judged.kind === "limit" ? judged.goal / value : value / judged.goal)),
    ),
  });
  const verdicts: Verdict[] = [];
  const subject = subjectOf(question, rows, node);
  if (subject !== undefined && question.limit !== undefined)
    verdicts.push(verdict(subject, { kind: "limit", unit, goal: question.limit / part }, subject.samples));
  const { rate } = question as ProgramQuestion;
  for (const [name, goal] of Object.entries(rate?.goals ?? {})) {
    const row = rowNamed(rows, name + suffixOf(node));
    if (row === undefined) continue;
    const rates = row.samples.map((seconds) => rate!.perStep / seconds);
    verdicts.push(verdict(row, { kind: "rate", unit: rate!.unit, goal: goal * part }, rates));
  }
  for (const [name, goal] of Object.entries(question.goals)) {
    const peer = peerOf(rows, name, node);
    if (subject === undefined || peer === undefined) continue;
    const ratios = pairedRatios(peer.samples, subject.samples);
    verdicts.push(verdict(subject, { peer: peer.name, kind: "ratio", unit: "×", goal: goal * part }, ratios));
  }
  return verdicts;
}
