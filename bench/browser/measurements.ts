/** What the page tells. */

/** Times between frames of the page. */
export interface Frames {
  /** Milliseconds. */
  readonly median: number;
  /** Part of the frames that took more than 20 ms: 60 a second have 16.7 ms each. */
  readonly late: number;
  readonly count: number;
}

export interface Training {
  readonly steps: number;
  /** Seconds. */
  readonly perStep: number;
  readonly threads: number;
}

export interface PageMeasured {
  readonly isolated: boolean;
  readonly threads: number;
  readonly secondsPerStep: number;
  readonly rest: Frames;
  readonly training: Frames;
}

/** One question, one row, in the worker of the page. */
export interface QuestionMeasured {
  readonly question: string;
  readonly label: string;
  readonly row: string;
  /** Seconds per step, one per round. */
  readonly samples: readonly number[];
}

/** What the worker is asked, and what it answers. */
export type Request =
  | { readonly kind: "train"; readonly seconds: number }
  | { readonly kind: "measure"; readonly rounds: number; readonly secondsPerRun: number };

export type Answer =
  | { readonly kind: "trained"; readonly training: Training }
  | { readonly kind: "measured"; readonly questions: readonly QuestionMeasured[] }
  | { readonly kind: "failed"; readonly reason: string };
