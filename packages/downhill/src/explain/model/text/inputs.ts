/** What was done to the cells of a row. */
import type { ExplainedInput } from "../explanation.ts";
import { figure, minus } from "./numbers.ts";

/** `(17.99 − 14.13) / 3.52`, `this category`, `filled with mean 14.13`; empty where nothing is known. */
export const treatmentOf = ({ treatment, value }: ExplainedInput): string => {
  if (treatment === undefined) return "";
  if (treatment.kind === "category") {
    const { state } = treatment;
    if (state === "unseen") return "never seen, as missing";
    if (state === "missing") return "missing";
    if (value === 0) return "another category";
    return state === "known" ? "this category" : "a rare category";
  }
  const { number, scale, filled } = treatment;
  if (filled !== null) return `filled with ${filled} ${figure(number)}`;
  return scale === null ? "as it is" : `(${minus(number, scale.mean)}) / ${figure(scale.deviation)}`;
};

/** The cell as it stands in the table. */
export const cellOf = ({ cell }: ExplainedInput): string => (cell === undefined ? "" : (cell ?? "(missing)"));
