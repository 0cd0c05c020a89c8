/** What was done to the cells of a row. */
import type { ExplainedInput } from "../explanation.ts";
import { figure, minus } from "./numbers.ts";

/** `(17.99 − 14.13) / 3.52`, `is Biscoe`, `missing, filled with mean`; empty where nothing is known. */
export const treatmentOf = ({ cell, treatment, value }: ExplainedInput): string => {
  if (treatment === undefined) return "";
  if (treatment.kind === "category") {
    const { state } = treatment;
    if (state === "unseen") return "never seen, taken as missing";
    if (state === "missing") return "missing";
    if (value === 0) return "another category";
    return state === "known" ? "this category" : "a rare category";
  }
  const { number, scale, filled } = treatment;
  const scaled = scale === null ? "as it is" : `(${minus(number, scale.mean)}) / ${figure(scale.deviation)}`;
  if (filled === null) return scaled;
  return `${cell == null ? "missing: " : ""}${filled} ${figure(number)}${scale === null ? "" : `; ${scaled}`}`;
};

/** The cell as it stands in the table. */
export const cellOf = ({ cell }: ExplainedInput): string => (cell === undefined ? "" : (cell ?? "(missing)"));
