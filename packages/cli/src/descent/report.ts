/** What the command says about descents. */
import type { Descent } from "downhill/explain";
import { indent, labelled } from "../report/layout.ts";
import { plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { minimaOf } from "./minima.ts";
import { settled, short } from "./numbers.ts";
import type { Descents, Point } from "./run.ts";
import { pointText } from "./subtitle.ts";
import { comparisonTable, stepTable } from "./table.ts";
import { drawText, paintsFor } from "./text/pictures.ts";

/** `gd at 0.25 (automatic)`. */
function methodText({ optimizer, learningRate, isAutomatic }: Descent<Point>): string {
  if (learningRate === undefined) return optimizer;
  return `${optimizer} at rate ${short(learningRate, 3)}${isAutomatic ? ", found automatically" : ""}`;
}

function endText({ path, ended }: Descent<Point>): string {
  const steps = plural(path.length - 1, "step");
  switch (ended) {
    case "steps":
      return `${steps}, all that were allowed`;
    case "converged":
      return `${steps}, to where the slope is zero`;
    case "stopped":
      return `${steps}, until nothing got lower`;
    case "diverged":
      return `${steps}, until the value was no longer finite`;
  }
}

/** λmax, the condition and the border at a point. */
function curvatureText(
  { sharpness, flattest, condition, stableRate }: Descent<Point>["borders"]["start"],
  hasBorder: boolean,
): string {
  const range =
    Math.abs(flattest - sharpness) <= 1e-9 * Math.abs(sharpness)
      ? `curvature ${short(sharpness)}`
      : `curvature ${settled(flattest, Math.abs(sharpness), 4)} to ${short(sharpness)}`;
  const ratio = condition > 1.0001 && condition < Infinity ? ` (condition ${short(condition, 3)})` : "";
  const border =
    hasBorder && stableRate !== undefined && Number.isFinite(stableRate)
      ? `, border of the rate ${short(stableRate)}`
      : "";
  return `${range}${ratio}${border}`;
}

const verdictPaint = ({ colours }: Terminal, verdict: Descent<Point>["judgement"]["verdict"]) =>
  ({ good: colours.green, slow: colours.yellow, oscillating: colours.yellow, diverges: colours.red })[
    verdict
  ];

function judgementLines(descent: Descent<Point>, label: string, terminal: Terminal): string[] {
  const { verdict, reason } = descent.judgement;
  const [first = "", ...rest] = labelled(terminal, label, `${verdict}: ${reason}`);
  return [first.replace(verdict, verdictPaint(terminal, verdict)(terminal.colours.bold(verdict))), ...rest];
}

function head({ landscape, descents }: Descents, terminal: Terminal): string[] {
  const { variables, fixed, text } = landscape;
  const { path, borders } = descents[0]!;
  const minima = minimaOf(descents);
  // Each kind of steps has its own border.
  const isOneKind = new Set(descents.map(({ optimizer }) => optimizer)).size === 1;
  const fixedNames = Object.keys(fixed);
  const at = (point: Point, value: number): string =>
    `${pointText(point, variables)}: value ${settled(value)}`;
  return [
    ...labelled(
      terminal,
      "Function",
      `${text}${fixedNames.length > 0 ? `, where ${pointText(fixed, fixedNames)}` : ""}`,
    ),
    ...labelled(
      terminal,
      "Start",
      at(path[0]!.params, path[0]!.value),
      curvatureText(borders.start, isOneKind),
    ),
    ...(minima.length === 0 ? labelled(terminal, "Minimum", "none was found downhill of here") : []),
    ...minima.flatMap(({ minimum, descent }, i) =>
      labelled(
        terminal,
        i === 0 ? "Minimum" : "",
        at(minimum.params, minimum.value),
        curvatureText(descent.borders.end, isOneKind),
      ),
    ),
  ];
}

/** One descent: every step that matters, the picture, and the judgement. */
function single(all: Descents, terminal: Terminal): string[] {
  const [descent] = all.descents;
  const paints = paintsFor(terminal, 1);
  return [
    ...head(all, terminal),
    ...labelled(terminal, "Descent", `${methodText(descent!)}: ${endText(descent!)}`),
    "",
    ...indent(stepTable(descent!, all.landscape.variables, terminal)),
    "",
    ...indent(drawText(all, terminal, paints)),
    "",
    ...judgementLines(descent!, "The rate", terminal),
  ];
}

/** Several: where each ended, all in one picture, and the judgement of each. */
function several(all: Descents, terminal: Terminal): string[] {
  const paints = paintsFor(terminal, all.descents.length);
  return [
    ...head(all, terminal),
    "",
    ...indent(comparisonTable(all.descents, all.landscape.variables, terminal, paints)),
    "",
    ...indent(drawText(all, terminal, paints)),
    "",
    ...all.descents.flatMap((descent, i) => [
      `${paints[i]!("●")} ${terminal.colours.bold(methodText(descent))}`,
      ...judgementLines(descent, "", terminal),
    ]),
  ];
}

export const report = (all: Descents, terminal: Terminal): string[] =>
  all.descents.length === 1 ? single(all, terminal) : several(all, terminal);
