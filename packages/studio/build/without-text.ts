/**
 * Leaves out of derivations how they are written for a terminal: the page sets their parts itself, and never asks. 2 KB of what the
 * first view loads.
 */
import type { Plugin } from "vite";

const written =
  /\s*toString: \(\) => derivationText\(derivation\),\s*toLatex: \(\) => derivationLatex\(derivation\),/;

export const withoutText: Plugin = {
  name: "without-text",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith("/explain/derivation/scalars.ts")) return undefined;
    if (!written.test(code)) throw new Error(`${id}: how derivations are written has moved`);
    return code.replace(written, "");
  },
};
