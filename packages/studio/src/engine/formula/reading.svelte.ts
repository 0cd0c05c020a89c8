/** The engine's reading of a formula as it is typed. */
import { engine } from "../engine.ts";
import { live, type Live } from "../live.svelte.ts";
import type { PointQuestion, Reading } from "./tasks.ts";

export type FormulaReading = Live<{ readonly text: string }, Reading>;

/** Call it while a component is set up. */
export const readFormula = (text: () => string): FormulaReading =>
  live(
    () => ({ text: text() }),
    (question, signal) => engine.ask("formula", "read", question, { signal }),
  );

/** Why a formula is not finite at a point, in words; nothing is asked while the point is undefined. Call it while a component is set up. */
export const explainUndefined = (question: () => PointQuestion | undefined): Live<PointQuestion, string> =>
  live(question, (asked, signal) => engine.ask("undefined", "explain", asked, { signal }));

/** The last formula that could be read: what is shown while a new one is typed. */
export const lastRead = ({
  answer,
  question,
}: FormulaReading): { readonly text: string; readonly variables: readonly string[] } | undefined =>
  answer && { text: question!.text, variables: answer.variables };
