/** Where in the user's data something is wrong. */
export interface DataPlace {
  /** The file, as the user wrote it. */
  readonly file?: string;
  /** Line of a text file, counted from 1, the header included. */
  readonly line?: number;
  /** Name of the column. */
  readonly column?: string;
}

/**
 * The user's data, or a request about it, cannot be used. The first line of the message says where and what,
 * the second, indented, what to write instead.
 */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: string | undefined;

  constructor(problem: string, remedy: string, place: DataPlace = {}, options?: ErrorOptions) {
    super(remedy === "" ? problem : `${problem}\n  ${remedy}`, options);
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}
