/** What does not look right about a training that stayed finite. */
import { resultWarnings, stepWarnings } from "./course.ts";
import { dataWarnings } from "./data.ts";
import type { Warning } from "./diagnosis.ts";
import { networkWarnings } from "./network.ts";
import type { Subject } from "./subject.ts";

/** Causes before what follows from them: steps that are too small, layers that pass nothing on, one answer to everything. */
export const warningsOf = <P extends object>(subject: Subject<P>): Warning[] => [
  ...stepWarnings(subject),
  ...networkWarnings(subject),
  ...resultWarnings(subject),
  ...dataWarnings(subject),
];
