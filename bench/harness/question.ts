/** What a question of the benchmark is: the data, the programs that answer it, and what they must agree on. */

/** One array that every participant gets, bit for bit. */
export interface DataArray {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "float64" | "int32";
  readonly values: Float32Array | Float64Array | Int32Array;
}

export type Data<Name extends string = string> = Readonly<Record<Name, DataArray>>;

/**
 * A participant's program for one question: the loop that a user of that library would write.
 * `start` and `report` are never timed, `step` and `settle` always are.
 */
export interface Program<State> {
  /** A state as at the beginning of training: every timed run starts from it. */
  start(): State | Promise<State>;
  /** One call; `index` counts the calls of this run from 0. A promise where the library would drop unread results. */
  step(state: State, index: number): State | Promise<State>;
  /** Waits until all that the calls asked for has been computed, where calls return before that. */
  settle?(state: State): void | Promise<void>;
  /** The numbers that participants must agree on. */
  report(state: State): readonly number[] | Promise<readonly number[]>;
  /** Gives memory back, where a library asks its users to. */
  release?(state: State): void;
  /** Steps of work in one call (default 1): more for a compiled epoch. */
  readonly stepsPerCall?: number;
}

/** A program whose state only it understands. */
export type AnyProgram = Program<unknown>;

/** Lets the state's type be inferred from `start`, and then forgets it. */
export function program<State>(program: Program<State>): AnyProgram {
  return program;
}

/** JavaScript participants; the Python ones have their programs in the `.py` file of the same name. */
export type ScriptPeer = "downhill" | "jax-js" | "tfjs" | "wasm-copy";

/** Programs by peer, then by the name of the row that they get in the table. */
export type Programs<Name extends string> = Partial<
  Record<ScriptPeer, Readonly<Record<string, (data: Data<Name>) => Promise<AnyProgram>>>>
>;

interface Common {
  /** File name without extension; `--only` looks for it. */
  readonly name: string;
  /** The work in a few words, for pictures. */
  readonly label: string;
  /** The work, in words, for the table. */
  readonly title: string;
  /** The row that the others are compared with (default `Downhill`). */
  readonly subject?: string;
  /** Seconds or bytes that the subject should not exceed. */
  readonly limit?: number;
  /** How many times as long as the subject each row should take, at least. */
  readonly goals: Readonly<Record<string, number>>;
}

export interface Rate {
  readonly unit: string;
  readonly perStep: number;
  /** What rows should reach. */
  readonly goals?: Readonly<Record<string, number>>;
}

/** Programs that run in a child process of each participant and are timed there. */
export interface ProgramQuestion<Name extends string = string> extends Common {
  readonly kind: "program";
  /** Makes the data, seeded. */
  data(): Data<Name>;
  readonly programs: Programs<Name>;
  /** `report` is asked after this many steps from the start. */
  readonly agreeAfter: number;
  /** What is wrong with the reports, in sentences; empty when they agree. */
  disagreements(reports: ReadonlyMap<string, readonly number[]>, data: Data<Name>): string[];
  /** Time the first call in a new process, instead of many calls in a warm one. */
  readonly firstCall?: boolean;
  /** Work in one step, to print a rate beside the time. */
  readonly rate?: Rate;
  /** The `.py` file, where several questions share one: its programs are by question, then (default: the name). */
  readonly python?: string;
}

/** Whole processes, timed from outside. */
export interface CommandQuestion extends Common {
  readonly kind: "command";
  /** Writes the input files. */
  prepare(folder: string): void;
  readonly commands: Readonly<Record<string, CommandRow>>;
  /** As for programs, from the files that the check commands have written. */
  disagreements(folder: string, rows: readonly string[]): string[];
}

/** Interpreters that commands are run with. */
export interface Tools {
  readonly node: string;
  readonly python: string;
  /** The script of the `downhill` command. */
  readonly downhill: string;
}

export interface CommandRow {
  /** The participant that must be present. */
  readonly participant: string;
  /** Undefined where the command is not installed. */
  command(folder: string, tools: Tools): Command | undefined;
}

export interface Command {
  /** The process that is timed. */
  readonly timed: readonly string[];
  /** Run once afterwards, untimed, for what the participants must agree on. */
  readonly check: readonly string[];
}

/** Bytes instead of seconds. */
export interface SizeQuestion extends Common {
  readonly kind: "size";
  /** Source text of a module per row; everything that it exports counts. */
  readonly modules: Readonly<Record<string, { readonly peer: string; readonly source: string }>>;
}

export type Question = ProgramQuestion | CommandQuestion | SizeQuestion;

/** Keeps a question's array names in its type while its file is checked. */
export function programQuestion<Name extends string>(
  question: Omit<ProgramQuestion<Name>, "kind">,
): ProgramQuestion {
  return { kind: "program", ...question } as unknown as ProgramQuestion;
}
