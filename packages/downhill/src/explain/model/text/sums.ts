/** Weighted sums as tables: what goes in, what it weighs, what it adds. */
import { type Alignment, cut, type Layout, lengthOf, table } from "../../notation/lines.ts";
import type { ExplainedUnit, PredictionExplanation } from "../explanation.ts";
import { valuesBefore } from "../slopes.ts";
import { cellOf, treatmentOf } from "./inputs.ts";
import { figure, figureBeside } from "./numbers.ts";

/** Terms that are shown where not all are asked for. */
export const fewTerms = 6;

const longestName = 28;
const longestCell = 14;

/** How the values that go into a layer are named: features, or units by their address. */
export const inputNames = ({ inputs, layers }: PredictionExplanation, layer: number): string[] =>
  layer === 1
    ? inputs.map(({ name }) => cut(name, longestName))
    : layers[layer - 2]!.units.map(({ address }) => address);

/** The places of the largest of `sizes`, largest first; all if there is room for one more line. */
export const largestOf = (sizes: readonly number[], isAll: boolean, most = fewTerms): number[] => {
  const places = [...sizes.keys()].sort((a, b) => Math.abs(sizes[b]!) - Math.abs(sizes[a]!));
  return isAll || places.length <= most + 1 ? places : places.slice(0, most);
};

/** A column of a table of terms: what it says of each of them, of the smaller ones together, of the bias and the sum. */
interface Column {
  readonly title: string;
  readonly alignment: Alignment;
  readonly term: (place: number) => string;
  readonly rest?: string;
  readonly bias?: string;
  readonly sum?: string;
}

/** What a cell was and what was done to it, with the less needed column last; none of units. */
const originColumns = ({ inputs }: PredictionExplanation, layer: number): Column[] => {
  if (layer > 1 || inputs.every(({ treatment }) => treatment === undefined)) return [];
  return [
    { title: "cell", alignment: "right", term: (j) => cut(cellOf(inputs[j]!), longestCell) },
    { title: "what was done", alignment: "left", term: (j) => treatmentOf(inputs[j]!) },
  ];
};

/** The terms of units' weighted sums, side by side: largest first, the rest added up, the bias, and the sum. */
export const sumTable = (
  explanation: PredictionExplanation,
  layer: number,
  units: readonly ExplainedUnit[],
  { isAll, layout }: { isAll: boolean; layout: Layout },
): string[] => {
  const names = inputNames(explanation, layer);
  const values = valuesBefore(explanation, layer);
  const letter = layer === 1 ? "x" : "a";
  const terms = units.map(({ weights }) => weights.map((weight, j) => weight * values[j]!));
  const sizes = values.map((_, j) => Math.max(...terms.map((each) => Math.abs(each[j]!))));
  const shown = largestOf(sizes, isAll);
  const isShown = new Set(shown);
  const rest = sizes.length - shown.length;
  const hasBias = units.some(({ bias }) => bias !== null);
  const single = units.length === 1 ? units[0]! : undefined;
  const name: Column = {
    title: `${layer === 1 ? "column" : "unit"}${single === undefined ? ` (w·${letter} by class)` : ""}`,
    alignment: "left",
    term: (j) => names[j]!,
    rest: `${rest} smaller ${rest === 1 ? "term" : "terms"}`,
    bias: "bias b",
    sum: `sum z = Σ w·${letter}${hasBias ? " + b" : ""}`,
  };
  const numbers: Column[] = [
    { title: letter, alignment: "point", term: (j) => figure(values[j]!) },
    ...(single === undefined
      ? []
      : [{ title: "w", alignment: "point", term: (j: number) => figure(single.weights[j]!) } as const]),
    ...units.map(({ label, address, bias, sum }, k): Column => ({
      title: single === undefined ? cut(label ?? address, 14) : `w·${letter}`,
      alignment: "point",
      term: (j) => figure(terms[k]![j]!),
      rest: figure(terms[k]!.reduce((all, term, j) => (isShown.has(j) ? all : all + term), 0)),
      bias: figureBeside(bias ?? 0, Math.max(...sizes)),
      sum: figure(sum),
    })),
  ];
  const linesOf = (columns: readonly Column[]): string[] =>
    table(
      [
        columns.map(({ title }) => title),
        ...shown.map((j) => columns.map(({ term }) => term(j))),
        ...(rest > 0 ? [columns.map((column) => column.rest ?? "")] : []),
        ...(hasBias ? [columns.map(({ bias }) => bias ?? "")] : []),
        columns.map(({ sum }) => sum ?? ""),
      ],
      columns.map(({ alignment }) => alignment),
      { ...layout, faint: (text) => text },
    );
  const origins = originColumns(explanation, layer);
  // Where there is no room for all, what was done goes first, then the cells.
  const candidates = [...origins.keys(), origins.length]
    .reverse()
    .map((count) => linesOf([name, ...origins.slice(0, count), ...numbers]));
  const fits = (lines: readonly string[]): boolean => lines.every((line) => lengthOf(line) <= layout.width);
  const lines = candidates.find(fits) ?? candidates.at(-1)!;
  return lines.map((line, i) =>
    i === 0 ? layout.faint(line) : i === lines.length - 1 ? layout.strong(line) : line,
  );
};
