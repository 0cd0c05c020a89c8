/** Measures whole processes from outside: start, imports, work, exit. */
import { spawnSync } from "node:child_process";
import type { ToolBox } from "./participants.ts";
import type { CommandQuestion } from "./question.ts";
import type { Result } from "./result.ts";

export function measureCommands(
  question: CommandQuestion,
  isPresent: (participant: string) => boolean,
  folder: string,
  tools: ToolBox,
  runs: number,
): Omit<Result, "verdicts"> {
  question.prepare(folder);
  const failures: { name: string; reason: string }[] = [];
  const rows: { name: string; node?: string; command: readonly string[]; samples: number[] }[] = [];
  for (const [row, asked] of Object.entries(question.commands)) {
    if (!isPresent(asked.participant)) continue;
    for (const { path, label } of tools.nodes) {
      const found = asked.command(folder, { ...tools, node: path });
      // What has nothing to do with Node runs once.
      if (found === undefined || (label !== undefined && found.timed[0] !== path)) continue;
      const name = label === undefined ? row : `${row}, ${label}`;
      try {
        seconds(found.timed); // Warms the disk cache.
        seconds(found.check);
        rows.push({
          name,
          ...(label === undefined ? {} : { node: label }),
          command: found.timed,
          samples: [],
        });
      } catch (error) {
        failures.push({ name, reason: (error as Error).message });
      }
    }
  }
  for (let round = 0; round < runs; round++) {
    for (const { command, samples } of rows) samples.push(seconds(command));
  }
  return {
    question: question.name,
    label: question.label,
    title: question.title,
    unit: "seconds",
    rows: rows.map(({ command: _, ...row }) => row),
    failures,
    // Both versions of Node have written the same file.
    disagreements: question.disagreements(
      folder,
      rows.flatMap(({ name, node }) => (node === undefined ? [name] : [])),
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
