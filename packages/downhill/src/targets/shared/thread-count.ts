/** How many threads programs are compiled for. */

interface Process {
  readonly env?: Record<string, string | undefined>;
  readonly getBuiltinModule?: (name: string) => unknown;
}

/** Node's `process`, if this is Node. */
export const nodeProcess = (): Process | undefined => (globalThis as { process?: Process }).process;

/** Whether threads can share memory here at all. */
const canShareMemory = (): boolean => {
  if (typeof SharedArrayBuffer === "undefined") return false;
  if (nodeProcess()?.getBuiltinModule !== undefined) return true;
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
};

/** As many as the machine has, up to this. */
const mostThreads = 8;

const machineThreads = (): number => {
  const process = nodeProcess();
  const asked = Number(process?.env?.["DOWNHILL_THREADS"] ?? NaN);
  if (asked >= 1) return Math.floor(asked);
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  const os = process?.getBuiltinModule?.("node:os") as { availableParallelism?: () => number } | undefined;
  return Math.min(mostThreads, os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1);
};

/** Undefined until it matters. */
let threads: number | undefined;

export const threadCount = (): number => (threads ??= canShareMemory() ? machineThreads() : 1);

/** Has programs compiled for so many from now on, if threads can share memory. */
export const chooseThreadCount = (count: number): void => {
  threads = canShareMemory() ? count : 1;
};
