/** `downhill program`: what the compiler makes of a program. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseProgram, profileProgram, programStages, ProgramSyntaxError } from "downhill/explain";
import { DataError } from "../data/DataError.ts";
import { exitCodes } from "../exitCodes.ts";
import { alignColumns } from "../terminal/columns.ts";
import { formatCount, formatNumber, formatShare, plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { truncate } from "../terminal/text.ts";

export interface ProgramArguments {
  readonly stages?: boolean;
  readonly profile?: boolean;
}

async function readText(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new DataError(
      `${path}: ${isAbsent ? "no such file" : (cause as Error).message}`,
      "name a file that holds a program as makeProgram prints it",
      { file: path },
    );
  }
}

function parse(path: string, source: string): ReturnType<typeof parseProgram> {
  try {
    return parseProgram(source);
  } catch (cause) {
    if (!(cause instanceof ProgramSyntaxError)) throw cause;
    throw new DataError(`${path}:${cause.line}: ${cause.message.replace(/^line \d+: /, "")}`, "", {
      file: path,
    });
  }
}

/** The kernels with their costs, the most expensive marked by their share. */
function profileTable(program: ReturnType<typeof parseProgram>, { colours, width }: Terminal): string[] {
  const { kernels, microseconds, arenaBytes, peak } = profileProgram(program);
  const rows = kernels.map((kernel) => [
    truncate(kernel.name, Math.max(16, width - 74)),
    formatCount(kernel.runs),
    formatCount(kernel.operations),
    formatCount(kernel.bytesRead),
    formatCount(kernel.bytesWritten),
    formatNumber(kernel.microseconds, 3),
    formatShare(kernel.share),
    formatShare(kernel.peakShare),
  ]);
  const head = ["kernel", "runs", "operations", "read B", "written B", "µs", "of time", "of peak"];
  const [first = "", ...rest] = alignColumns(
    [head, ...rows],
    head.map((_, i) => (i === 0 ? "left" : "right")),
  );
  return [
    colours.bold(first),
    ...rest,
    "",
    `${plural(kernels.length, "kernel")}, ${formatNumber(microseconds, 4)} µs in all, ${formatCount(arenaBytes)} bytes of memory`,
    colours.dim(
      `peak measured here: ${formatNumber(peak.operations / 1000, 3)} GFLOP/s in a product, ${formatNumber(peak.bytes / 1000, 3)} GB/s in a copy, on one thread`,
    ),
  ];
}

/**
 * @param path of a text that holds a program; `-` for standard input.
 * @throws DataError where the text is no program.
 */
export async function program(
  path: string,
  { stages = false, profile = false }: ProgramArguments,
  terminal: Terminal,
): Promise<number> {
  const parsed = parse(path, await readText(path));
  const { colours, stdout } = terminal;
  const all = programStages(parsed);
  const shown = stages || profile ? (stages ? all : []) : all.slice(-1);
  const sections = shown.map(({ name, text }) => `${colours.bold(`# ${name}`)}\n${text}\n`);
  if (profile) sections.push(`${profileTable(parsed, terminal).join("\n")}\n`);
  stdout.write(sections.join("\n"));
  return exitCodes.success;
}
