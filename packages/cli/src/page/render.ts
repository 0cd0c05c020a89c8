/** The whole page as text: one file that asks for nothing else. */
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { describeEnding } from "../report/summary.ts";
import type { Result } from "../training/keep.ts";
import { hoistStyles } from "./hoist.ts";
import { type Html, text } from "./html.ts";
import { mathematicsSheet } from "./mathematics.ts";
import { measureReport } from "./measure/measure.ts";
import { script } from "./script.ts";
import { calculusSection } from "./sections/calculus.ts";
import { dataSection } from "./sections/data.ts";
import { header, sentence, titleOf } from "./sections/header.ts";
import { landscapeFigure } from "./sections/landscape.ts";
import { type Origin, reproduceSection } from "./sections/reproduce.ts";
import { metricsFigure, resultSection } from "./sections/result.ts";
import { trainingSection } from "./sections/training.ts";
import { weightsSection } from "./sections/weights.ts";
import { styleSheet } from "./style.ts";

const hashOf = (content: string): string =>
  `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** Nothing is loaded, and only this style and this script count. */
const policy = (style: string): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

const contents = [
  { id: "result", title: "How good it is" },
  { id: "training", title: "How it learnt" },
  { id: "weights", title: "What it is made of" },
  { id: "calculus", title: "Its calculus" },
  { id: "data", title: "What it learnt from" },
  { id: "again", title: "The same again" },
];

export async function renderReport(result: Result, origin: Origin): Promise<Html> {
  const evidence = measureReport(result);
  // What was measured took a while: now is the time for an interruption.
  await setTimeout(0);
  const whole = [
    header(result, landscapeFigure(result, evidence), contents, metricsFigure(result)),
    "<main>",
    resultSection(result),
    trainingSection(result, evidence, describeEnding(result.chosen.trained)),
    weightsSection(result, evidence),
    calculusSection(result, evidence),
    dataSection(result),
    reproduceSection(result, origin),
    "</main>",
    "<footer>Written by downhill from the training itself: every figure was computed by the engine that trained the model.</footer>",
  ].join("\n");
  const { page: body, style: own } = hoistStyles(whole);
  const style = styleSheet() + (await mathematicsSheet(body)) + own;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${text(sentence(result))}">
<title>${text(titleOf(result))}</title>
<style>${style}</style>
</head>
<body>
<div class="page">
${body}
</div>
<div id="tip" role="status" hidden></div>
<script>${script}</script>
</body>
</html>
`;
}
