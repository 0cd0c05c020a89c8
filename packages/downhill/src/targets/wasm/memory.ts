/**
 * The memories in which the programs of this target work. Those of which something is divided among threads work in
 * memory that threads share; all others do not, since JavaScript copies to and from shared memory word by word, which
 * takes two to four times as long. There are these two for all programs, since engines reserve gigabytes of address
 * space for each, and each is made when it is first needed.
 */
import { chooseThreadCount, threadCount } from "../shared/thread-count.ts";
import { mostPages } from "./binary.ts";
import { Space } from "./regions.ts";
import { memoryForThreads, Team, threadBytes } from "./threads.ts";

let shared: Space | undefined;
let unshared: Space | undefined;

let team: Team | undefined;

/**
 * Changes the number of threads; to be called before anything has been compiled, since programs are divided by then.
 * @throws Error if it is too late.
 */
export const setThreadCount = (count: number): void => {
  if ((shared ?? unshared) !== undefined && count !== threadCount())
    throw new Error("setThreads: call it before the first compiled call");
  chooseThreadCount(count);
};

/** The space for programs of which something is divided among threads. */
export const sharedSpace = (): Space => (shared ??= new Space(memoryForThreads(), threadBytes));

/** The space for programs that one thread runs. No buffer shall have address 0 in it. */
export const unsharedSpace = (): Space =>
  (unshared ??= new Space(new WebAssembly.Memory({ initial: 1, maximum: mostPages }), 64));

/** The threads, started at the first call. */
export const sharedTeam = (): Team => (team ??= new Team(sharedSpace().memory, threadCount()));

let hasRun = false;

/** The threads for a run; none for the first one, which would be over before they have started. */
export const teamForRun = (): Team | undefined => {
  if (team === undefined && !hasRun) {
    hasRun = true;
    return undefined;
  }
  return sharedTeam();
};
