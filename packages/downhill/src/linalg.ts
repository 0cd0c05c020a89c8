/** The entry `downhill/linalg`: linear algebra, differentiable to any order. */
import "./functions/methods.ts";

export * from "./functions/linear-algebra.ts";
