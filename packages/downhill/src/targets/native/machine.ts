/** What C is written for: a compiler and the processor that it compiles for. */

export interface Machine {
  /** Bytes of a vector register. */
  readonly vectorBytes: 16 | 32 | 64;
  /** Whether the compiler defines the macro: `__AVX512F__`. */
  readonly has: (macro: string) => boolean;
}

/** A machine by the macros that its compiler predefines, as `cc -dM -E` prints them. */
export const machineFrom = (macros: string): Machine => {
  const names = new Set([...macros.matchAll(/^#define (\w+)/gm)].map((match) => match[1]!));
  const has = (macro: string): boolean => names.has(macro);
  return { has, vectorBytes: has("__AVX512F__") ? 64 : has("__AVX2__") ? 32 : 16 };
};

/** Whether the processor multiplies and adds with one rounding. */
export const fuses = ({ has }: Machine): boolean => has("__FMA__") || has("__ARM_FEATURE_FMA");

/** Lanes of a vector of values of so many bytes. */
export const lanesOf = ({ vectorBytes }: Machine, bytes: 4 | 8): number => vectorBytes / bytes;
