/** `npm run bench`: Downhill beside its peers, in one run, on one machine. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { measureCommands } from "./harness/commands.ts";
import { type Options, parseOptions, usage } from "./harness/options.ts";
import { benchFolder, findTools, inspect, type Participant, participants } from "./harness/participants.ts";
import { measurePrograms } from "./harness/programs.ts";
import type { Question, Tools } from "./harness/question.ts";
import type { Result, Session } from "./harness/result.ts";
import { measureSizes } from "./harness/sizes.ts";
import { questionTable, ratioTable } from "./harness/table.ts";
import { questions } from "./questions/index.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else process.exitCode = (await bench(options)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

/** False when a participant failed or the participants did not compute the same thing. */
async function bench({ only, peers, runs, seconds, node24 }: Options): Promise<boolean> {
  const chosen = questions.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  if (chosen.length === 0) {
    throw new Error(`--only ${only.join(",")}: there are ${questions.map(({ name }) => name).join(", ")}`);
  }
  const tools = findTools(node24);
  const everybody = participants(tools);
  const stranger = peers.find((peer) => everybody.every(({ name }) => name !== peer));
  if (stranger !== undefined) {
    throw new Error(`--peers ${stranger}: there are ${everybody.map(({ name }) => name).join(", ")}`);
  }
  const present: Participant[] = [];
  const session: Session = {
    date: new Date().toISOString(),
    machine: machine(),
    node: execFileSync(tools.node, ["--version"], { encoding: "utf8" }).trim(),
    runs,
    secondsPerRun: seconds,
    participants: {},
    absent: {},
    results: [],
  };
  console.log(`${session.machine.cpu}, ${session.machine.cores} cores; Node ${session.node}`);
  for (const participant of everybody) {
    const { name } = participant;
    if (peers.length > 0 && !peers.includes(name)) continue;
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
    const result = await measure(question, present, tools, { runs, secondsPerRun: seconds });
    session.results.push(result);
    console.log(`\n${questionTable(question, result)}`);
  }
  console.log(`\n${ratioTable(chosen.map((question, i) => [question, session.results[i]!]))}`);
  console.log(`\nwritten: ${save(session)}`);
  return session.results.every((result) => result.failures.length + result.disagreements.length === 0);
}

async function measure(
  question: Question,
  present: readonly Participant[],
  tools: Tools,
  effort: { runs: number; secondsPerRun: number },
): Promise<Result> {
  const isPresent = (name: string): boolean => present.some((participant) => participant.name === name);
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

function machine(): Session["machine"] {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? "",
    cores: cores.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
}

function save(session: Session): string {
  const folder = join(benchFolder, "results");
  mkdirSync(folder, { recursive: true });
  const stamp = session.date.slice(0, 19).replaceAll(":", "-");
  const path = join(folder, `${stamp}-node-${session.node}.json`);
  writeFileSync(path, `${JSON.stringify(session, undefined, 2)}\n`);
  return path;
}
