/** Measures a question whose participants run in child processes: round after round, one after the other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Conversation, type DataFile } from "./conversation.ts";
import type { Participant } from "./participants.ts";
import type { Data, ProgramQuestion } from "./question.ts";
import type { Result } from "./result.ts";

export interface Effort {
  /** Rounds; the table shows their median. */
  readonly runs: number;
  /** Time that the calls of one run should take together. */
  readonly secondsPerRun: number;
}

interface Contender {
  readonly name: string;
  readonly row: string;
  readonly participant: Participant;
  readonly stepsPerCall: number;
  readonly samples: number[];
}

/** Long enough for the worker threads of the previous participant to stop spinning. */
const breather = 50;

export async function measurePrograms(
  question: ProgramQuestion,
  participants: readonly Participant[],
  folder: string,
  effort: Effort,
): Promise<Omit<Result, "verdicts">> {
  const data = question.data();
  const files = writeData(data, folder);
  const conversations = new Map<Participant, Conversation>();
  const contenders: Contender[] = [];
  const reports = new Map<string, readonly number[]>();
  const failures: { name: string; reason: string }[] = [];

  const open = async (participant: Participant): Promise<{ conversation: Conversation; rows: string[] }> => {
    const conversation = new Conversation(participant.command, participant.env);
    try {
      const { rows } = await conversation.ask("open", {
        question: question.name,
        python: question.python ?? question.name,
        data: files,
      });
      return { conversation, rows };
    } catch (error) {
      await conversation.end();
      throw error;
    }
  };
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push({ name, reason: (error as Error).message });
    }
  };

  try {
    for (const participant of participants) {
      if (participant.onlyForOneThread === true && !isForOneThread(question)) continue;
      await attempt(participant.name, async () => {
        const { conversation, rows } = await open(participant);
        conversations.set(participant, conversation);
        for (const row of rows) {
          const name = row + participant.suffix;
          await attempt(name, async () => {
            const { stepsPerCall } = await conversation.ask("prepare", { row });
            const { numbers } = await conversation.ask("report", { row, steps: question.agreeAfter });
            reports.set(name, numbers);
            contenders.push({ name, row, participant, stepsPerCall, samples: [] });
          });
        }
      });
    }
    if (question.firstCall) {
      for (const conversation of conversations.values()) await conversation.end();
      await inNewProcesses(contenders, open, effort);
    } else {
      await inWarmProcesses(contenders, conversations, effort);
    }
  } finally {
    for (const conversation of conversations.values()) await conversation.end();
  }
  return {
    question: question.name,
    label: question.label,
    title: question.title,
    unit: "seconds",
    rows: contenders.map(({ name, samples, participant: { node } }) => ({
      name,
      samples,
      ...(node === undefined ? {} : { node }),
    })),
    failures,
    disagreements: question.disagreements(reports, data),
  };
}

/** Whether a goal of the question is one for a single thread of Downhill. */
const isForOneThread = ({ subject = "", rate, goals }: ProgramQuestion): boolean =>
  [subject, ...Object.keys(rate?.goals ?? {}), ...Object.keys(goals)].includes("Downhill, 1 thread");

async function inWarmProcesses(
  contenders: readonly Contender[],
  conversations: ReadonlyMap<Participant, Conversation>,
  { runs, secondsPerRun }: Effort,
): Promise<void> {
  const measured: { contender: Contender; conversation: Conversation; calls: number }[] = [];
  for (const contender of contenders) {
    const conversation = conversations.get(contender.participant)!;
    measured.push({
      contender,
      conversation,
      calls: await calibrate(conversation, contender.row, secondsPerRun),
    });
  }
  for (let round = 0; round < runs; round++) {
    for (const { contender, conversation, calls } of measured) {
      await pause(breather);
      const { seconds } = await conversation.ask("run", { row: contender.row, calls });
      contender.samples.push(seconds / (calls * contender.stepsPerCall));
    }
  }
}

/** Runs more and more calls until they fill a run; that warms caches and compilers up as well. */
async function calibrate(conversation: Conversation, row: string, secondsPerRun: number): Promise<number> {
  let calls = 1;
  for (;;) {
    const { seconds } = await conversation.ask("run", { row, calls });
    if (seconds >= secondsPerRun / 2) return Math.max(1, Math.round((calls * secondsPerRun) / seconds));
    calls = Math.ceil(calls * Math.min(10, Math.max(2, secondsPerRun / seconds)));
  }
}

async function inNewProcesses(
  contenders: readonly Contender[],
  open: (participant: Participant) => Promise<{ conversation: Conversation }>,
  { runs }: Effort,
): Promise<void> {
  for (let round = 0; round < runs; round++) {
    for (const { participant, row, samples } of contenders) {
      const { conversation } = await open(participant);
      try {
        await conversation.ask("prepare", { row });
        await pause(breather);
        const { seconds } = await conversation.ask("run", { row, calls: 1 });
        samples.push(seconds);
      } finally {
        await conversation.end();
      }
    }
  }
}

function writeData(data: Data, folder: string): Record<string, DataFile> {
  return Object.fromEntries(
    Object.entries(data).map(([name, { values, dtype, shape }]) => {
      const path = join(folder, `${name}.bin`);
      writeFileSync(path, values);
      return [name, { path, dtype, shape }];
    }),
  );
}
