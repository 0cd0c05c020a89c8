/** All primitives. Importing this module declares every record. */
export * from "./cumulative.ts";
export * from "./dot.ts";
export * from "./dynamic-slices.ts";
export * from "./generators.ts";
export * from "./indexing.ts";
export * from "./movement.ts";
export * from "./permutation.ts";
export * from "./reductions.ts";
export * from "./scalars.ts";
export * from "./sliding.ts";
export * from "./sorting.ts";
export * from "./windows.ts";
