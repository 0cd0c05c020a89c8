/** Programs of users that must be linear in some of their inputs. */
import type { Program } from "../../program/program.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { transposeProgram } from "../reverse.ts";

/**
 * The transpose of a user's function by its inputs from `first` on.
 *
 * @throws ArgumentError with this message if the function is not linear in them.
 */
export const requireTranspose = (
  program: Program,
  first: number,
  operation: string,
  message: string,
): Program => {
  try {
    return transposeProgram(program, first);
  } catch (cause) {
    // Of what the library derives this would be a fault; here a user's function is looked at.
    if (cause instanceof Error && cause.message.startsWith("internal:"))
      throw new ArgumentError(operation, message, { cause });
    throw cause;
  }
};
