/** Which classes are taken for which. */
import { metrics } from "downhill/learn";
import type { ClassValue } from "downhill-model/task";
import { alignColumns } from "../terminal/columns.ts";
import { formatCount, formatShare } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable, textWidth, truncate } from "../terminal/text.ts";

const longestName = 20;
const mostConfusions = 10;

interface Tally {
  readonly names: readonly string[];
  /** Row: actual class, column: predicted class. */
  readonly matrix: readonly (readonly number[])[];
  /** Null where no row is of the class; then there is no share of them. */
  readonly recall: readonly (number | null)[];
  /** Null where no row was predicted to be of the class. */
  readonly precision: readonly (number | null)[];
}

function tally(classes: readonly ClassValue[], actual: Int32Array, predicted: Int32Array): Tally {
  const labels = classes.map((_, index) => index);
  const scores = metrics.classScores(actual, predicted, { labels });
  const { matrix } = metrics.confusionMatrix(actual, predicted, { labels });
  const wasPredicted = labels.map((label) => matrix.some((counts) => (counts[label] ?? 0) > 0));
  return {
    names: classes.map((value) => truncate(printable(String(value)), longestName)),
    matrix,
    recall: scores.map(({ recall, support }) => (support > 0 ? recall : null)),
    precision: scores.map(({ precision }, label) => (wasPredicted[label] === true ? precision : null)),
  };
}

const shareOrNone = (share: number | null): string => (share === null ? "–" : formatShare(share));

function asMatrix({ names, matrix, recall, precision }: Tally, { colours }: Terminal): string[] {
  const { dim, bold } = colours;
  const rows = matrix.map((counts, i) => [
    names[i] ?? "",
    ...counts.map((count, j) =>
      i === j ? bold(formatCount(count)) : count === 0 ? dim("·") : formatCount(count),
    ),
    dim(shareOrNone(recall[i] ?? null)),
  ]);
  return alignColumns(
    [
      ["", ...names, dim("recall")],
      ...rows,
      [dim("precision"), ...precision.map((share) => dim(shareOrNone(share))), ""],
    ],
    ["left", ...names.map(() => "right" as const), "right"],
  );
}

/** For more classes than fit side by side: the pairs that are confused most often. */
function asList({ names, matrix }: Tally): string[] {
  const pairs = matrix.flatMap((counts, i) =>
    counts.flatMap((count, j) => (i === j || count === 0 ? [] : [{ i, j, count }])),
  );
  const most = pairs.sort((a, b) => b.count - a.count).slice(0, mostConfusions);
  const rows = most.map(({ i, j, count }) => [
    names[i] ?? "",
    "taken for",
    names[j] ?? "",
    formatCount(count),
  ]);
  return alignColumns(rows, ["left", "left", "left", "right"]);
}

export function confusionTable(
  classes: readonly ClassValue[],
  actual: Int32Array,
  predicted: Int32Array,
  terminal: Terminal,
): string[] {
  const found = tally(classes, actual, predicted);
  const matrix = asMatrix(found, terminal);
  const fits = matrix.every((line) => textWidth(line) <= terminal.width - 2);
  const title = fits
    ? "Confusion: actual classes downwards, predicted ones across"
    : `Confusion: of ${classes.length} classes the pairs mistaken most often`;
  const body = fits ? matrix : asList(found);
  return [
    terminal.colours.bold(title),
    ...(body.length > 0 ? body : ["none: every row was predicted right"]),
  ];
}
