/** `downhill derive`: how the derivatives of a formula come about. */
import { derivationText } from "downhill/explain";
import type { Derivation } from "downhill/formula";
import { derive as deriveFormula } from "downhill/formula";
import type { DeriveArguments } from "../arguments/derive.ts";
import { exitCodes } from "../exitCodes.ts";
import { toJson } from "../formula/json.ts";
import { asUsage, joined, valuesOf } from "../formula/read.ts";
import { heard } from "../interruption.ts";
import { writePicture } from "../report/picture.ts";
import type { Terminal } from "../terminal/terminal.ts";

function shown(
  derivation: Derivation,
  { latex, json }: DeriveArguments,
  { width, colours }: Terminal,
): string {
  if (latex === true) return derivation.toLatex();
  if (json === true) return toJson(derivation);
  return derivationText(derivation, {
    width,
    heading: (text) => colours.bold(text),
    faint: (text) => colours.dim(text),
    strong: (text) => colours.cyan(text),
  });
}

/** @throws UsageError if the formula or what is said of its variables cannot be used. */
export async function derive(
  parts: readonly string[],
  options: DeriveArguments,
  terminal: Terminal,
): Promise<number> {
  const { wrt, at, order, svg } = options;
  const formula = joined(parts, "derive");
  const values = at === undefined ? undefined : valuesOf("--at", at);
  const derivation = heard(() =>
    asUsage(() => deriveFormula(formula, { order, ...(wrt && { wrt }), ...(values && { at: values }) })),
  );
  if (svg !== undefined) {
    const { drawGraph } = await import("../formula/graphSvg.ts");
    await writePicture(
      svg,
      heard(() => drawGraph(derivation)),
    );
  }
  terminal.stdout.write(`${heard(() => shown(derivation, options, terminal))}\n`);
  if (svg !== undefined) terminal.stderr.write(`The picture is in ${svg}.\n`);
  const isWrong = [derivation.check, ...derivation.higher.map(({ check }) => check)].some(
    ({ points, agrees }) => points > 0 && !agrees,
  );
  if (!isWrong) return exitCodes.success;
  terminal.stderr.write(
    `${terminal.errorColours.red("internal:")} the derivative does not agree with its checks; please report the formula\n`,
  );
  return exitCodes.internal;
}
