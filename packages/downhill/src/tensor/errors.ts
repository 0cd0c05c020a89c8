/** The errors that users of the library meet. Each message says what clashed and what to write instead. */

/** Shapes that do not go together. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  /** The operation that refused, as the user calls it. */
  readonly operation: string;
  readonly shapes: readonly (readonly number[])[];

  constructor(operation: string, message: string, shapes: readonly (readonly number[])[] = []) {
    super(`${operation}: ${message}`);
    this.operation = operation;
    this.shapes = shapes;
  }
}

/** Element types that an operation does not take. */
export class DTypeError extends Error {
  override readonly name = "DTypeError";
  readonly operation: string;

  constructor(operation: string, message: string) {
    super(`${operation}: ${message}`);
    this.operation = operation;
  }
}

/** An argument whose value is out of range or of the wrong kind. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
  readonly operation: string;

  constructor(operation: string, message: string, options?: ErrorOptions) {
    super(`${operation}: ${message}`, options);
    this.operation = operation;
  }
}

/** The value of a traced tensor was asked for where there is none, or a traced tensor outlived its trace. */
export class TraceError extends Error {
  override readonly name = "TraceError";
}
