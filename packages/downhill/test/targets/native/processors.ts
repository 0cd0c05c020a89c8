/** Processors whose code this one can run: each makes the emitter choose other vectors, blocks and instructions. */
import { findCompiler, hasCompiler } from "../../../src/targets/native/cc.ts";

/** Of x86: 16 bytes without and with SSE 4, 32 bytes with fused multiply-add, 64 bytes; each with a macro it needs. */
const x86 = {
  "x86-64": "__SSE2__",
  "x86-64-v2": "__SSE4_2__",
  "x86-64-v3": "__AVX2__",
  "x86-64-v4": "__AVX512VL__",
};

/** This machine's own processor is `""`. */
export const processors = (): readonly string[] => {
  if (!hasCompiler()) return [];
  const { macros } = findCompiler();
  const has = (macro: string): boolean => macros.includes(`#define ${macro} 1`);
  return [
    "",
    ...Object.entries(x86).flatMap(([name, needed]) => (has("__x86_64__") && has(needed) ? [name] : [])),
  ];
};
