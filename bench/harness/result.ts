/** What was measured: the content of results/*.json. */
export interface Row {
  readonly name: string;
  /** One per round: seconds per step, or bytes. */
  readonly samples: readonly number[];
  /** What else a reader should know about this row. */
  readonly note?: string;
}

export interface Result {
  readonly question: string;
  readonly title: string;
  readonly unit: "seconds" | "bytes";
  readonly rows: readonly Row[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** Sentences about participants that did not compute the same thing. */
  readonly disagreements: readonly string[];
}

export interface Session {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGB: number };
  readonly node: string;
  readonly runs: number;
  readonly secondsPerRun: number;
  /** Version by participant. */
  readonly participants: Readonly<Record<string, string>>;
  /** Reason by participant. */
  readonly absent: Readonly<Record<string, string>>;
  readonly results: Result[];
}
