/** The script of the page, and of its worker. */
import { threadCount } from "../../src/targets/shared/thread-count.ts";
import { sharedTeam } from "../../src/targets/wasm/memory.ts";
import { runWorks, type Results } from "./workload.ts";

export interface Report {
  readonly threads: number;
  /** Results of the first run, most of it before other threads have started. */
  readonly first: Results;
  /** Of another run, with all threads. */
  readonly second: Results;
  readonly isReady: boolean;
}

async function report(): Promise<Report> {
  const first = runWorks();
  const threads = threadCount();
  // Threads of a page start only while the page waits.
  while (threads > 1 && !sharedTeam().isReady) await new Promise((resolve) => setTimeout(resolve, 5));
  return { threads, first, second: runWorks(), isReady: threads > 1 && sharedTeam().isReady };
}

declare const self: { onmessage: unknown; postMessage(message: unknown): void };

if (typeof document === "undefined") {
  self.onmessage = () => void report().then((message) => self.postMessage(message));
} else {
  Object.assign(globalThis, {
    runHere: report,
    runInWorker: () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/page.js", { type: "module" });
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.onmessage = ({ data }) => resolve(data as Report);
        worker.postMessage(undefined);
      }),
  });
}
