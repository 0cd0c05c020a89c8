/** What addresses of loop code are made of. */
import type { Index, LoopIndex } from "./loop.ts";

/** Elements from one iteration of the loop to the next. */
export const strideOf = (at: Index, loop: LoopIndex): number =>
  at.terms.reduce((sum, term) => (term.loop === loop ? sum + term.stride : sum), 0);

/** The part of an address that does not depend on these loops. */
export const without = (at: Index, ...loops: readonly LoopIndex[]): Index => ({
  ...at,
  terms: at.terms.filter(({ loop }) => !loops.includes(loop)),
});
