/** Weighted sums as tables: what goes in, what it weighs, what it adds. */
import { type Alignment, cut, type Layout, table } from "../../notation/lines.ts";
import type { ExplainedUnit, PredictionExplanation } from "../explanation.ts";
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

/** What goes into a layer. */
export const inputValues = ({ inputs, layers }: PredictionExplanation, layer: number): number[] =>
  layer === 1 ? inputs.map(({ value }) => value) : layers[layer - 2]!.units.map(({ value }) => value);

/** The places of the largest of `sizes`, largest first; all if there is room for one more line. */
export const largestOf = (sizes: readonly number[], isAll: boolean, most = fewTerms): number[] => {
  const places = [...sizes.keys()].sort((a, b) => Math.abs(sizes[b]!) - Math.abs(sizes[a]!));
  return isAll || places.length <= most + 1 ? places : places.slice(0, most);
};

/** The terms of units' weighted sums, side by side: largest first, the rest added up, the bias, and the sum. */
export const sumTable = (
  explanation: PredictionExplanation,
  layer: number,
  units: readonly ExplainedUnit[],
  { isAll, layout }: { isAll: boolean; layout: Layout },
): string[] => {
  const names = inputNames(explanation, layer);
  const values = inputValues(explanation, layer);
  const isFirst = layer === 1;
  const terms = units.map(({ weights }) => weights.map((weight, j) => weight * values[j]!));
  const sizes = values.map((_, j) => Math.max(...terms.map((each) => Math.abs(each[j]!))));
  const shown = largestOf(sizes, isAll);
  const rest = sizes.length - shown.length;
  const { inputs } = explanation;
  const hasTable = isFirst && inputs.some(({ treatment }) => treatment !== undefined);
  const letter = isFirst ? "x" : "a";
  const one = units.length === 1;
  const before = (name: string): string[] => [name, ...(hasTable ? ["", ""] : []), ""];
  const restOf = (each: readonly number[]): number => {
    const isShown = new Set(shown);
    return each.reduce((sum, term, j) => (isShown.has(j) ? sum : sum + term), 0);
  };
  const column = (cells: (unit: number) => string[]): string[] => units.flatMap((_, k) => cells(k));
  const rows = [
    [
      isFirst ? "column" : "unit",
      ...(hasTable ? ["cell", "what was done"] : []),
      letter,
      ...column((k) =>
        one ? ["w", `w·${letter}`] : [`w·${letter} for ${cut(units[k]!.label ?? units[k]!.address, 14)}`],
      ),
    ],
    ...shown.map((j) => [
      names[j]!,
      ...(hasTable ? [cut(cellOf(inputs[j]!), longestCell), treatmentOf(inputs[j]!)] : []),
      figure(values[j]!),
      ...column((k) => [...(one ? [figure(units[k]!.weights[j]!)] : []), figure(terms[k]![j]!)]),
    ]),
    ...(rest === 0
      ? []
      : [
          [
            ...before(`${rest} smaller ${rest === 1 ? "term" : "terms"}`),
            ...column((k) => [...(one ? [""] : []), figure(restOf(terms[k]!))]),
          ],
        ]),
    ...(units.every(({ bias }) => bias === null)
      ? []
      : [
          [
            ...before("bias b"),
            ...column((k) => [...(one ? [""] : []), figureBeside(units[k]!.bias ?? 0, Math.max(...sizes))]),
          ],
        ]),
    [
      ...before(`sum z = Σ w·${letter}${units.every(({ bias }) => bias === null) ? "" : " + b"}`),
      ...column((k) => [...(one ? [""] : []), figure(units[k]!.sum)]),
    ],
  ];
  const alignments: Alignment[] = [
    "left",
    ...(hasTable ? (["right", "left"] as const) : []),
    "point",
    ...column(() => (one ? ["point", "point"] : ["point"])).map((alignment) => alignment as Alignment),
  ];
  return table(rows, alignments, layout).map((line, i, { length }) =>
    i === length - 1 ? layout.strong(line) : line,
  );
};
