/** Asks all participants all questions. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { questions } from "../questions/index.ts";
import { measureCommands } from "./commands.ts";
import { machine } from "./machine.ts";
import type { Options } from "./options.ts";
import { findTools, inspect, type Participant, participants, type ToolBox } from "./participants.ts";
import { measurePrograms } from "./programs.ts";
import type { Question } from "./question.ts";
import type { Result, Session } from "./result.ts";
import { measureSizes } from "./sizes.ts";
import { goalTable, questionTable } from "./table.ts";
import { verdictsOf } from "./verdicts.ts";

/**
 * Prints while it measures. Throws with a sentence when nothing is left to do.
 *
 * @param keep called after each question, so that a run that ends early leaves what it has measured
 */
export async function compare(options: Options, keep: (session: Session) => void): Promise<Session> {
  const { only, peers, runs, seconds } = options;
  const chosen = questions.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  if (chosen.length === 0)
    throw new Error(`--only ${only.join(",")}: there are ${questions.map(({ name }) => name).join(", ")}`);
  const tools = findTools(options);
  const everybody = participants(tools);
  const stranger = peers.find((name) => everybody.every(({ peer }) => peer !== name));
  if (stranger !== undefined) {
    const names = [...new Set(everybody.map(({ peer }) => peer))];
    throw new Error(`--peers ${stranger}: there are ${names.join(", ")}`);
  }
  const present: Participant[] = [];
  const session: Session = {
    date: new Date().toISOString(),
    machine: machine(),
    nodes: tools.nodes.map(({ path }) => execFileSync(path, ["--version"], { encoding: "utf8" }).trim()),
    runs,
    secondsPerRun: seconds,
    participants: {},
    absent: {},
    results: [],
  };
  const { cpu, cores } = session.machine;
  console.log(`${cpu}, ${cores} cores; Node ${session.nodes.join(" and ")}`);
  for (const participant of everybody) {
    const { name } = participant;
    if (peers.length > 0 && !peers.includes(participant.peer)) continue;
    const found = await inspect(participant);
    if ("version" in found) {
      present.push(participant);
      Object.assign(session.participants, { [name]: found.version });
      console.log(`  ${name}: ${found.version}`);
    } else {
      Object.assign(session.absent, { [name]: found.absent });
      console.log(`  ${name}: absent (${found.absent})`);
    }
  }
  for (const question of chosen) {
    const measured = await measure(question, present, tools, { runs, secondsPerRun: seconds });
    const result = { ...measured, verdicts: verdictsOf(question, measured) };
    session.results.push(result);
    keep(session);
    console.log(`\n${questionTable(question, result)}`);
  }
  console.log(`\n${goalTable(session.results.flatMap(({ verdicts }) => verdicts))}`);
  return session;
}

async function measure(
  question: Question,
  present: readonly Participant[],
  tools: ToolBox,
  effort: { runs: number; secondsPerRun: number },
): Promise<Omit<Result, "verdicts">> {
  const isPresent = (name: string): boolean => present.some(({ peer }) => peer === name);
  const folder = mkdtempSync(join(tmpdir(), "downhill-bench-"));
  try {
    switch (question.kind) {
      case "program":
        return await measurePrograms(question, present, folder, effort);
      case "command":
        return measureCommands(question, isPresent, folder, tools, effort.runs);
      case "size":
        return await measureSizes(question, isPresent);
    }
  } catch (error) {
    const failures = [{ name: question.name, reason: (error as Error).message }];
    return {
      question: question.name,
      label: question.label,
      title: question.title,
      unit: "seconds",
      rows: [],
      failures,
      disagreements: [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
