/**
 * The entry `downhill/explain`: derivations, descents step by step, curvature, and the learning rates that they allow; where
 * the first number arose that is not finite; programs as text, what the compiler makes of them and what that costs.
 */
import "./functions/methods.ts";

export * from "./explain/index.ts";
export * from "./curvature/index.ts";

export {
  findNonFinite,
  type FindNonFiniteOptions,
  type NonFinite,
} from "./transforms/non-finite/find-non-finite.ts";

export { ProgramSyntaxError } from "./program/parse.ts";
export { parseProgram } from "./transforms/operations.ts";
export {
  type CompilationStage,
  compilationStages,
  type KernelProfile,
  profile,
  type Profile,
  profileProgram,
  programStages,
} from "./targets/inspect.ts";
