/** What would cure a training that ran away, as a change of its settings that can be made at the press of a button. */
import type { Diagnosis } from "downhill/learn";

export type Cure = { readonly kind: "rate"; readonly rate: number } | { readonly kind: "standardise" };

/** Of the most probable cause that has one. */
export const cureOf = ({ causes }: Diagnosis, suggestedRate: number | undefined): Cure | undefined => {
  for (const cause of causes) {
    if (cause.kind === "unscaledColumn" || cause.kind === "targetScale") return { kind: "standardise" };
    if ("suggestedRate" in cause) return { kind: "rate", rate: cause.suggestedRate };
  }
  return suggestedRate === undefined ? undefined : { kind: "rate", rate: suggestedRate };
};
