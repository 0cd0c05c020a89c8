/** The page: counts its frames while its worker trains. */
import { spread } from "../harness/statistics.ts";
import type { Answer, Frames, PageMeasured, QuestionMeasured, Request } from "./measurements.ts";

/** Frames of 60 a second take 16.7 ms. */
const lateMilliseconds = 20;

function ask(request: Request): Promise<Answer> {
  const worker = new Worker("/worker.js", { type: "module" });
  return new Promise<Answer>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: { data: Answer }) => {
      worker.terminate();
      if (data.kind === "failed") reject(new Error(data.reason));
      else resolve(data);
    };
    worker.postMessage(request);
  });
}

/** The frames until the promise settles. */
async function framesUntil(end: Promise<unknown>): Promise<Frames> {
  let isOver = false;
  void end.finally(() => (isOver = true)).catch(() => undefined);
  const intervals: number[] = [];
  let last: number | undefined;
  while (!isOver) {
    const time = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    if (last !== undefined) intervals.push(time - last);
    last = time;
    document.body.textContent = `frame ${intervals.length}`;
  }
  const late = intervals.filter((interval) => interval > lateMilliseconds).length / intervals.length;
  return { median: spread(intervals).median, late, count: intervals.length };
}

const train = async (seconds: number): Promise<PageMeasured> => {
  const rest = await framesUntil(new Promise((resolve) => setTimeout(resolve, 1000 * seconds)));
  const answer = ask({ kind: "train", seconds });
  const training = await framesUntil(answer);
  const trained = await answer;
  if (trained.kind !== "trained") throw new Error(`internal: the worker answers ${trained.kind}`);
  const { threads, perStep } = trained.training;
  return { isolated: crossOriginIsolated, threads, secondsPerStep: perStep, rest, training };
};

const measure = async (rounds: number, secondsPerRun: number): Promise<readonly QuestionMeasured[]> => {
  const answer = await ask({ kind: "measure", rounds, secondsPerRun });
  if (answer.kind !== "measured") throw new Error(`internal: the worker answers ${answer.kind}`);
  return answer.questions;
};

Object.assign(globalThis, { train, measure });

export type PageFunctions = { readonly train: typeof train; readonly measure: typeof measure };
