/** Functions of numbers, which go element by element. */
export * from "./arithmetic.ts";
export * from "./calculus.ts";
export * from "./logic.ts";
