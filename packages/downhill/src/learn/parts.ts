/** Learning from tables that come in parts. */
import { ArgumentError } from "../tensor/errors.ts";
import type { WeightOption } from "./data.ts";
import { type ClassWeight, distinctLabels, type Label } from "./labels.ts";

export interface PartOptions extends WeightOption {
  /** With the first part: all classes that there will be. */
  readonly classes?: readonly Label[] | undefined;
}

/** Options that decide whether rows can come in parts. */
export interface PartConditions {
  readonly earlyStopping?: boolean;
  readonly classWeight?: ClassWeight | null;
  readonly solver?: string;
}

/** The operation. @throws ArgumentError if options ask for what a part of the rows cannot tell. */
export const requirePart = (kind: string, { earlyStopping, classWeight, solver }: PartConditions): string => {
  const operation = `${kind}.partialFit`;
  if (solver === "lbfgs")
    throw new ArgumentError(
      operation,
      'solver is "lbfgs", which goes over all rows at once; write "adam" or "sgd"',
    );
  if (earlyStopping === true)
    throw new ArgumentError(operation, "rows that come in parts are not held out: leave earlyStopping out");
  if (classWeight === "balanced")
    throw new ArgumentError(
      operation,
      'classWeight is "balanced", but one part does not tell how frequent classes are; write a weight for each class',
    );
  return operation;
};

/**
 * All classes that there will be: those known from parts before, or else given with the first one.
 *
 * @throws ArgumentError if there are neither, or if they differ.
 */
export const classesOfParts = (
  operation: string,
  known: readonly Label[] | undefined,
  given: readonly Label[] | undefined,
): readonly Label[] => {
  const sorted = given === undefined ? undefined : distinctLabels(operation, given);
  if (known === undefined) {
    if (sorted !== undefined) return sorted;
    throw new ArgumentError(
      operation,
      "the first part may lack some of the classes: name all of them, partialFit(X, y, { classes: [0, 1] })",
    );
  }
  if (
    sorted !== undefined &&
    (sorted.length !== known.length || sorted.some((label, i) => label !== known[i]))
  )
    throw new ArgumentError(
      operation,
      `classes are ${JSON.stringify(sorted)}, but those of the parts before ${JSON.stringify(known)}`,
    );
  return known;
};
