/** `downhill descend`: a formula, a start, and the way down step by step. */
import { writeFile } from "node:fs/promises";
import type { DescendArguments } from "../arguments/descend.ts";
import { report } from "../descent/report.ts";
import { type Descents, runDescents } from "../descent/run.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exitCodes.ts";
import { toJson } from "../formula/json.ts";
import { joined, valuesOf } from "../formula/read.ts";
import type { Terminal } from "../terminal/terminal.ts";

const plain = ({ landscape, descents }: Descents): unknown => {
  const { text, variables, fixed } = landscape;
  return { format: "downhill descent", formula: text, variables, with: fixed, descents };
};

async function writePicture(path: string, descents: Descents): Promise<void> {
  const { drawSvg } = await import("../descent/svg/draw.ts");
  try {
    await writeFile(path, drawSvg(descents));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `--svg: ${path} cannot be written: ${problem}`,
      "name a file in a folder that exists",
    );
  }
}

/** @throws UsageError where formula, start or options do not fit each other. */
export async function descend(
  parts: readonly string[],
  options: DescendArguments,
  terminal: Terminal,
): Promise<number> {
  const { from, with: fixed, svg, json } = options;
  const formula = joined(parts, "descend");
  const descents = runDescents(formula, {
    ...options,
    from: valuesOf("--from", from),
    ...(fixed === undefined ? {} : { fixed: valuesOf("--with", fixed) }),
  });
  if (svg !== undefined) await writePicture(svg, descents);
  terminal.stdout.write(
    `${json === true ? toJson(plain(descents)) : report(descents, terminal).join("\n")}\n`,
  );
  if (svg !== undefined) terminal.stderr.write(`The picture is in ${svg}.\n`);
  return exitCodes.success;
}
