/** What can be wrong with a call of the command, besides the data (DataError). */

function withRemedy(problem: string, remedy: string): string {
  return remedy === "" ? problem : `${problem}\n  ${remedy}`;
}

/** The options contradict each other, or do not fit the table. The command ends with 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(problem: string, remedy = "") {
    super(withRemedy(problem, remedy));
  }
}

/** A model folder cannot be read or written. The command ends with 1. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /** The folder, as the user wrote it. */
  readonly folder: string;

  constructor(folder: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(withRemedy(`${folder}: ${problem}`, remedy), options);
    this.folder = folder;
  }
}
