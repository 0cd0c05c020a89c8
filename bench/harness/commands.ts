/** Measures whole processes from outside: start, imports, work, exit. */
import { spawnSync } from "node:child_process";
import type { CommandQuestion, Tools } from "./question.ts";
import type { Result } from "./result.ts";

export function measureCommands(
  question: CommandQuestion,
  isPresent: (participant: string) => boolean,
  folder: string,
  tools: Tools,
  runs: number,
): Result {
  question.prepare(folder);
  const failures: { name: string; reason: string }[] = [];
  const rows: { name: string; command: readonly string[]; samples: number[] }[] = [];
  for (const [name, row] of Object.entries(question.commands)) {
    const found = isPresent(row.participant) ? row.command(folder, tools) : undefined;
    if (found === undefined) continue;
    try {
      seconds(found.timed); // Warms the disk cache.
      seconds(found.check);
      rows.push({ name, command: found.timed, samples: [] });
    } catch (error) {
      failures.push({ name, reason: (error as Error).message });
    }
  }
  for (let round = 0; round < runs; round++) {
    for (const { command, samples } of rows) samples.push(seconds(command));
  }
  return {
    question: question.name,
    title: question.title,
    unit: "seconds",
    rows: rows.map(({ name, samples }) => ({ name, samples })),
    failures,
    disagreements: question.disagreements(
      folder,
      rows.map(({ name }) => name),
    ),
  };
}

/** Runs a command; throws with what it printed when it fails. */
function seconds([program = "", ...args]: readonly string[]): number {
  const begin = performance.now();
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  const elapsed = (performance.now() - begin) / 1000;
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${[program, ...args].join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return elapsed;
}
