/** What does not look right about a training that stayed finite. */
import { courseWarnings } from "./course.ts";
import { dataWarnings } from "./data.ts";
import type { Warning } from "./diagnosis.ts";
import { networkWarnings } from "./network.ts";
import type { Subject } from "./subject.ts";

/** The more telling ones first: a rate that is too small explains what follows from it. */
export const warningsOf = <P extends object>(subject: Subject<P>): Warning[] => [
  ...courseWarnings(subject),
  ...networkWarnings(subject),
  ...dataWarnings(subject),
];
