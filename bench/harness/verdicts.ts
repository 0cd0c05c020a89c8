/** Whether a run keeps to the goals. */
import type { ProgramQuestion, Question } from "./question.ts";
import type { Attainment, Result, Row, Verdict } from "./result.ts";
import { pairedRatios, spread } from "./statistics.ts";

/** On an older Node this part of each goal suffices. */
const olderNodeShare = 0.8;

const suffixOf = (node: string | undefined): string => (node === undefined ? "" : `, ${node}`);

/** What the names of rows of the target native end with, before the Node. */
export const nativeSuffix = ", native";

export const isReached = ({ share }: Attainment): boolean => share.median >= 1;

/**
 * Which target reaches a goal: the default one, wasm, else native; undefined if none does. What was measured without
 * targets beside each other (sizes, commands, or where no C compiler was found) counts as wasm.
 */
export const reachedBy = (verdict: Verdict): "wasm" | "native" | undefined => {
  if (isReached(verdict)) return "wasm";
  return verdict.native !== undefined && isReached(verdict.native) ? "native" : undefined;
};

/** The same in words. */
export const verdictWord = (verdict: Verdict): string => {
  const target = reachedBy(verdict);
  if (target === undefined) return "missed";
  return verdict.native === undefined ? "reached" : `reached by ${target}`;
};

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

/** The row of the target native beside one of the default target, where it was measured. */
const nativeOf = (rows: readonly Row[], name: string, node?: string): Row | undefined =>
  rowNamed(rows, name + nativeSuffix + suffixOf(node));

function judge(question: Question, { rows, unit }: Omit<Result, "verdicts">, node?: string): Verdict[] {
  const part = node === undefined ? 1 : olderNodeShare;
  const verdicts: Verdict[] = [];
  /** `samples` of a row; of a row and that of its peer, where there is one. */
  const judgeBy = (
    name: string,
    judged: Pick<Verdict, "kind" | "unit" | "goal">,
    samplesOf: (row: Row, peer: Row | undefined) => readonly number[],
    peerName?: string,
  ): void => {
    const attainment = (row: Row | undefined, peer: Row | undefined): Attainment | undefined => {
      if (row === undefined || (peerName !== undefined && peer === undefined)) return undefined;
      const samples = samplesOf(row, peer);
      const shares = samples.map((value) =>
        judged.kind === "limit" ? judged.goal / value : value / judged.goal,
      );
      return {
        subject: row.name,
        ...(peer === undefined ? {} : { peer: peer.name }),
        reached: spread(samples),
        share: spread(shares),
      };
    };
    const peer = peerName === undefined ? undefined : peerOf(rows, peerName, node);
    const own = attainment(rowNamed(rows, name + suffixOf(node)), peer);
    if (own === undefined) return;
    // Where Downhill is its own peer, each target is compared with itself.
    const nativePeer = (peerName === undefined ? undefined : nativeOf(rows, peerName, node)) ?? peer;
    const native = attainment(nativeOf(rows, name, node), nativePeer);
    verdicts.push({
      question: question.name,
      ...(node === undefined ? {} : { node }),
      ...judged,
      ...own,
      ...(native === undefined ? {} : { native }),
    });
  };

  const subject = question.subject ?? "Downhill";
  if (question.limit !== undefined)
    judgeBy(subject, { kind: "limit", unit, goal: question.limit / part }, ({ samples }) => samples);
  const { rate } = question as ProgramQuestion;
  for (const [name, goal] of Object.entries(rate?.goals ?? {}))
    judgeBy(name, { kind: "rate", unit: rate!.unit, goal: goal * part }, ({ samples }) =>
      samples.map((seconds) => rate!.perStep / seconds),
    );
  for (const [peer, goal] of Object.entries(question.goals))
    judgeBy(
      subject,
      { kind: "ratio", unit: "×", goal: goal * part },
      (row, peerRow) => pairedRatios(peerRow!.samples, row.samples),
      peer,
    );
  return verdicts;
}
