/** What was measured: the content of results/*.json. */
import type { Machine } from "./machine.ts";
import type { Spread } from "./statistics.ts";

export interface Row {
  readonly name: string;
  /** One per round: seconds per step, or bytes. */
  readonly samples: readonly number[];
  /** `"Node 20"` where the same was measured under an older Node as well; its name then ends with this, too. */
  readonly node?: string;
  /** What else a reader should know about this row. */
  readonly note?: string;
}

export interface Result {
  readonly question: string;
  readonly label: string;
  readonly title: string;
  readonly unit: "seconds" | "bytes";
  readonly rows: readonly Row[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** Sentences about participants that did not compute the same thing. */
  readonly disagreements: readonly string[];
  readonly verdicts: readonly Verdict[];
}

/** What a target came to. */
export interface Attainment {
  /** Whose speed or size is judged: the name of its row. */
  readonly subject: string;
  /** The row that it is compared with; absent where the goal is a number of its own. */
  readonly peer?: string;
  readonly reached: Spread;
  /** Reached divided by the goal (for a limit the reverse): from 1 on the goal is reached. */
  readonly share: Spread;
}

/** What was asked for, and what this run measured: of the default target, wasm, and of what has no target. */
export interface Verdict extends Attainment {
  readonly question: string;
  /** As in the row of the subject. */
  readonly node?: string;
  /** Times as fast as the peer, work per second, or seconds or bytes that shall not be exceeded. */
  readonly kind: "ratio" | "rate" | "limit";
  readonly unit: string;
  readonly goal: number;
  /** The same work by the target native, where it was measured. */
  readonly native?: Attainment;
}

export interface Session {
  readonly date: string;
  readonly machine: Machine;
  /** Versions of Node: that of the JavaScript participants, and an older one if there were two. */
  readonly nodes: readonly string[];
  readonly runs: number;
  readonly secondsPerRun: number;
  /** Version by participant. */
  readonly participants: Readonly<Record<string, string>>;
  /** Reason by participant. */
  readonly absent: Readonly<Record<string, string>>;
  readonly results: Result[];
}
