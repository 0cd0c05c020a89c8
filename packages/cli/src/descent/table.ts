/** The steps of a descent as a table, and several descents side by side. */
import type { Descent } from "downhill";
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

/** Parameters, value, slopes and moves step by step; of wide points only what fits. */
export function stepTable(
  descent: Descent<Point>,
  variables: readonly string[],
  { colours, width }: Terminal,
): string[] {
  const { path } = descent;
  const groups: readonly {
    readonly title: (name: string) => string;
    readonly of: (step: (typeof path)[number]) => Point | null;
  }[] = [
    { title: (name) => name, of: ({ params }) => params },
    { title: (name) => `∂/∂${name}`, of: ({ gradient }) => gradient },
    { title: (name) => `Δ${name}`, of: ({ move }) => move },
  ];
  const tableOf = (count: number): string[][] => {
    const [first, ...others] = groups.slice(0, count);
    const cells = (step: (typeof path)[number], group: (typeof groups)[number] | undefined): string[] => {
      const point = group?.of(step);
      return variables.map((name) => (point == null ? "" : formatNumber(point[name] ?? NaN, 4)));
    };
    const titles = (group: (typeof groups)[number] | undefined): string[] =>
      variables.map((name) => group?.title(name) ?? "");
    return [
      ["step", ...titles(first), "value", ...others.flatMap(titles)],
      ...shownSteps(path.length).map((i) => {
        const step = path[i]!;
        return [
          formatCount(step.step),
          ...cells(step, first),
          formatNumber(step.value, 4),
          ...others.flatMap((group) => cells(step, group)),
        ];
      }),
    ];
  };
  for (let count = groups.length; count >= 1; count--) {
    const rows = tableOf(count);
    const lines = alignColumns(
      rows,
      rows[0]!.map(() => "right"),
    );
    if (count > 1 && Math.max(...lines.map(textWidth)) > width - 2) continue;
    const [head = "", ...body] = lines;
    return [colours.dim(head), ...body];
  }
  return [];
}

/** One line for each descent. */
export function comparisonTable(
  descents: readonly Descent<Point>[],
  variables: readonly string[],
  { colours }: Terminal,
  paints: readonly ((text: string) => string)[],
): string[] {
  const shown = variables.slice(0, 3);
  const rows = descents.map(({ optimizer, learningRate, path, judgement }, i) => {
    const last = path.at(-1)!;
    return [
      paints[i]?.(optimizer) ?? optimizer,
      learningRate === undefined ? "" : formatNumber(learningRate, 3),
      formatCount(last.step),
      ...shown.map((name) => formatNumber(last.params[name] ?? NaN, 4)),
      formatNumber(last.value, 4),
      judgement.verdict,
    ];
  });
  const head = ["optimizer", "rate", "steps", ...shown, "value", "the rate"];
  const alignments = head.map((_, i): Alignment => (i === 0 || i === head.length - 1 ? "left" : "right"));
  const [first = "", ...lines] = alignColumns([head, ...rows], alignments);
  return [colours.dim(first), ...lines];
}
