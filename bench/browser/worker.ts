/** The worker of the page: trains, and measures the questions that need no other process. */
import type { AnyProgram, ProgramQuestion } from "../harness/question.ts";
import { elementwiseGradient } from "../questions/elementwise-gradient.ts";
import { linearStep } from "../questions/linear-step.ts";
import { matmul } from "../questions/matmul.ts";
import { mlpHvp } from "../questions/mlp-hvp.ts";
import { mlpStep } from "../questions/mlp-step.ts";
import { softmaxStep } from "../questions/softmax-step.ts";
import { tinyStep } from "../questions/tiny-step.ts";
import type { Answer, QuestionMeasured, Request, Training } from "./measurements.ts";

const questions: readonly ProgramQuestion[] = [
  tinyStep,
  mlpStep,
  mlpHvp,
  softmaxStep,
  linearStep,
  matmul,
  elementwiseGradient,
];
/** TF.js needs files of its own beside the page. */
const peers = ["downhill", "jax-js"] as const;

declare const self: {
  onmessage: (event: { data: Request }) => void;
  postMessage(answer: Answer): void;
  readonly crossOriginIsolated: boolean;
  readonly navigator: { readonly hardwareConcurrency: number };
};

const now = (): number => performance.now() / 1000;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function run(program: AnyProgram, calls: number): Promise<number> {
  let state = await program.start();
  const begin = now();
  for (let index = 0; index < calls; index++) {
    const next = program.step(state, index);
    state = next instanceof Promise ? await next : next;
  }
  await program.settle?.(state);
  const seconds = now() - begin;
  await program.report(state);
  program.release?.(state);
  return seconds;
}

async function measure(rounds: number, secondsPerRun: number): Promise<QuestionMeasured[]> {
  const results: QuestionMeasured[] = [];
  for (const asked of questions) {
    const { name, label, programs } = asked;
    const values = asked.data();
    for (const peer of peers)
      for (const [row, make] of Object.entries(programs[peer] ?? {})) {
        const program = await make(values);
        let calls = 1;
        for (;;) {
          const seconds = await run(program, calls);
          // Threads start while the worker waits.
          await pause(50);
          if (seconds >= secondsPerRun / 2) break;
          calls *= 2;
        }
        const samples: number[] = [];
        for (let round = 0; round < rounds; round++) {
          await pause(20);
          samples.push((await run(program, calls)) / (calls * (program.stepsPerCall ?? 1)));
        }
        results.push({ question: name, label, row, samples });
      }
  }
  return results;
}

/** Trains the usual network for so long, without a pause but those that a progress bar would take. */
async function train(seconds: number): Promise<Training> {
  const program = await mlpStep.programs.downhill!["Downhill"]!(mlpStep.data());
  let state = await program.start();
  for (let index = 0; index < 20; index++) {
    state = await program.step(state, index);
    await pause(10);
  }
  const begin = now();
  let steps = 0;
  let lastPause = begin;
  while (now() - begin < seconds) {
    state = await program.step(state, steps++);
    if (now() - lastPause < 0.1) continue;
    await pause(0);
    lastPause = now();
  }
  const { crossOriginIsolated, navigator } = self;
  return {
    steps,
    perStep: (now() - begin) / steps,
    threads: crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1,
  };
}

const answer = async (request: Request): Promise<Answer> => {
  try {
    return request.kind === "train"
      ? { kind: "trained", training: await train(request.seconds) }
      : { kind: "measured", questions: await measure(request.rounds, request.secondsPerRun) };
  } catch (error) {
    return { kind: "failed", reason: String((error as Error).stack ?? error) };
  }
};

self.onmessage = ({ data }) => void answer(data).then((message) => self.postMessage(message));
