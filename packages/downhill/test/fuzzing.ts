/**
 * How long random tests run. `FUZZ_RUNS=20` makes twenty times as many runs as the normal test, `FUZZ_SEED` repeats the
 * runs of a failure, whose message names the seed.
 */
const factor = Number(process.env.FUZZ_RUNS ?? 1);
const seed = process.env.FUZZ_SEED;

/** Parameters for `fc.assert`: that many runs in the normal test. */
export const fuzzing = (numRuns: number): { numRuns: number; seed?: number } => ({
  numRuns: Math.ceil(numRuns * factor),
  ...(seed !== undefined && { seed: Number(seed) }),
});
