/** Why a formula is not finite with some numbers. In a module of its own: only what fails needs it. */
import { whereUndefined } from "downhill/explain";
import { parsed } from "./parsed.ts";
import type { PointQuestion } from "./tasks.ts";

/** In one sentence: the part that has no value or no slope, what happened there, and what helps. */
export const explain = ({ text, at }: PointQuestion): string =>
  whereUndefined(parsed(text).formula, at)?.toString() ??
  "value and slopes are finite, but some number on the way to them is not";
