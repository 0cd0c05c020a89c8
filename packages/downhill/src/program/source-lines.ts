/**
 * Which line of the user's code each operation was written on: recorded while someone asks for it, since looking at the
 * call stack costs more than tracing.
 */
import type { Equation } from "./program.ts";

/** A place in a source file; line and column count from 1. */
export interface SourceLine {
  /** As the engine names it: a path, or a URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `(file:///a/b.ts:3:7)` of V8, `f@https://a/b.js:3:7` of other engines. */
const framePattern = /(?:at |\(|@)(?:async )?((?:[a-z-]+:\/\/)?[^\s()]+?):(\d+):(\d+)\)?$/i;

const pathOf = (file: string): string => file.replace(/^file:\/\//, "");

const placesIn = (stack: string): SourceLine[] =>
  stack.split("\n").flatMap((text) => {
    const [, file, line, column] = framePattern.exec(text.trim()) ?? [];
    if (file === undefined || file.startsWith("node:")) return [];
    return [{ file: pathOf(file), line: Number(line), column: Number(column) }];
  });

/**
 * What the files of the library begin with: in its sources the folder of all floors, in a build that of its files. Asked of
 * the stack, as the places are, since source maps apply to both.
 */
const libraryFolder = (): string => {
  const [here] = placesIn(new Error().stack ?? "");
  return here === undefined ? "" : here.file.replace(/(?:program\/)?[^/]*$/, "");
};

const userLine = (stack: string, library: string): SourceLine | undefined =>
  placesIn(stack).find(({ file }) => !file.startsWith(library));

let lines: WeakMap<Equation, SourceLine> | undefined;
let library = "";
/** The line of an equation that is being recorded anew: it stands for that of its copy. */
let inherited: SourceLine | undefined;

/** Deep enough for operations composed of many. */
const stackDepth = 60;

interface StackLimit {
  stackTraceLimit?: number;
}

/** Calls `body`, and keeps the lines of all operations that it records. */
export const withSourceLines = <T>(
  body: () => T,
): { result: T; lineOf: (of: Equation) => SourceLine | undefined } => {
  const before = lines;
  const limits = Error as StackLimit;
  const limit = limits.stackTraceLimit;
  const own = (lines = new WeakMap<Equation, SourceLine>());
  if (limit !== undefined) limits.stackTraceLimit = stackDepth;
  library = libraryFolder();
  try {
    return { result: body(), lineOf: (equation) => own.get(equation) };
  } finally {
    lines = before;
    if (limit !== undefined) limits.stackTraceLimit = limit;
  }
};

/** Notes where the operation of an equation just recorded was written. */
export const noteLine = (equation: Equation): void => {
  if (lines === undefined) return;
  const line = inherited ?? userLine(new Error().stack ?? "", library);
  if (line !== undefined) lines.set(equation, line);
};

/** Calls `body`, which records a copy of the equation. */
export const asCopyOf = <T>(equation: Equation, body: () => T): T => {
  const line = lines?.get(equation);
  if (line === undefined) return body();
  const before = inherited;
  inherited = line;
  try {
    return body();
  } finally {
    inherited = before;
  }
};
