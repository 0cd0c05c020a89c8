/** Chains that another view hands over: a formula with the very numbers, all in the address, so that it is a link too. */
import type { Params } from "../../app/address.ts";
import { variableParam } from "../../app/params.ts";
import type { Values } from "../../engine/formula/parsed.ts";

export interface Handed {
  readonly text: string;
  readonly at: Values;
  readonly wrt: readonly string[];
  /** What it is, in words. */
  readonly note: string;
}

/** The state of the view of chains that shows it. */
export const handOver = ({ text, at, wrt, note }: Handed): Params => ({
  f: text,
  ...Object.fromEntries(Object.entries(at).map(([name, value]) => [variableParam(name), String(value)])),
  wrt: wrt.join(","),
  about: note,
});
