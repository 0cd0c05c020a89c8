/** The steps of a descent as a table, and several descents side by side. */
import type { Descent } from "downhill/explain";
import { type Alignment, alignColumns } from "../terminal/columns.ts";
import { formatCount, formatNumber } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { textWidth } from "../terminal/text.ts";
import type { Point } from "./run.ts";

const mostRows = 16;
const firstRows = 6;
const lastRows = 3;

/** Which of `count` points are shown: the first, the last, and some between, further and further apart. */
export function shownSteps(count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= mostRows) return all;
  const between = mostRows - firstRows - lastRows;
  const [low, high] = [firstRows, count - lastRows];
  const some = Array.from({ length: between }, (_, i) =>
    Math.round(low * (high / low) ** ((i + 1) / (between + 1))),
  );
  return [...new Set([...all.slice(0, firstRows), ...some, ...all.slice(-lastRows)])].sort((a, b) => a - b);
}

type Step = Descent<Point>["path"][number];

/** Columns that have one for each variable. */
interface Group {
  readonly title: (name: string) => string;
  readonly of: (step: Step) => Point | null;
}

const groups: readonly Group[] = [
  { title: (name) => name, of: ({ params }) => params },
  { title: (name) => `∂/∂${name}`, of: ({ gradient }) => gradient },
  { title: (name) => `Δ${name}`, of: ({ move }) => move },
];

function stepRows(steps: readonly Step[], variables: readonly string[], shown: readonly Group[]): string[] {
  const [first, ...others] = shown;
  const titles = (group: Group | undefined): string[] => variables.map((name) => group?.title(name) ?? "");
  const cells = (step: Step, group: Group | undefined): string[] => {
    const point = group?.of(step);
    return variables.map((name) => (point == null ? "" : formatNumber(point[name] ?? NaN, 4)));
  };
  const rows = [
    ["step", ...titles(first), "value", ...others.flatMap(titles)],
    ...steps.map((step) => [
      formatCount(step.step),
      ...cells(step, first),
      formatNumber(step.value, 4),
      ...others.flatMap((group) => cells(step, group)),
    ]),
  ];
  return alignColumns(
    rows,
    rows[0]!.map(() => "right"),
  );
}

/** Parameters, value, slopes and moves step by step; what does not fit into the width is left out, the last first. */
export function stepTable(
  { path }: Descent<Point>,
  variables: readonly string[],
  { colours, width }: Terminal,
): string[] {
  const steps = shownSteps(path.length).map((i) => path[i]!);
  const candidates = [
    ...[3, 2, 1].map((count) => [variables, groups.slice(0, count)] as const),
    ...variables.map((_, i) => [variables.slice(0, -1 - i), groups.slice(0, 1)] as const),
  ];
  for (const [names, shown] of candidates) {
    const lines = stepRows(steps, names, shown);
    if (Math.max(...lines.map(textWidth)) > width - 2) continue;
    const [head = "", ...body] = lines;
    return [colours.dim(head), ...body];
  }
  return [];
}

/** Of so many variables at most the end is shown. */
const mostEnds = 3;

/** One line for each descent; ends of variables that do not fit into the width are left out. */
export function comparisonTable(
  descents: readonly Descent<Point>[],
  variables: readonly string[],
  { colours, width }: Terminal,
  paints: readonly ((text: string) => string)[],
): string[] {
  for (let count = Math.min(mostEnds, variables.length); ; count--) {
    const [head = "", ...lines] = comparisonRows(descents, variables.slice(0, count), paints);
    if (count === 0 || Math.max(...lines.map(textWidth)) <= width - 2) return [colours.dim(head), ...lines];
  }
}

function comparisonRows(
  descents: readonly Descent<Point>[],
  variables: readonly string[],
  paints: readonly ((text: string) => string)[],
): string[] {
  const rows = descents.map(({ optimizer, learningRate, path, judgement }, i) => {
    const last = path.at(-1)!;
    return [
      paints[i]?.(optimizer) ?? optimizer,
      learningRate === undefined ? "" : formatNumber(learningRate, 3),
      formatCount(last.step),
      ...variables.map((name) => formatNumber(last.params[name] ?? NaN, 4)),
      formatNumber(last.value, 4),
      judgement.verdict,
    ];
  });
  const head = ["optimizer", "rate", "steps", ...variables, "value", "the rate"];
  const alignments = head.map((_, i): Alignment => (i === 0 || i === head.length - 1 ? "left" : "right"));
  return alignColumns([head, ...rows], alignments);
}
