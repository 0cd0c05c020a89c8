/** Numbers of a matrix as colours. */
import { element, escapeText } from "../../descent/svg/markup.ts";
import { label } from "../../descent/svg/markup.ts";
import { printable, truncate } from "../../terminal/text.ts";
import { chart, width } from "./chart.ts";

/** Steps of colour to either side of zero. */
const steps = 8;

/** From −8 to 8. */
const colourOf = (share: number): number => Math.max(-steps, Math.min(steps, Math.round(share * steps)));

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

/** How much of the colour there is, at most `most` percent. */
const mix = (colour: number, most: number): string => `--h:${Math.round((Math.abs(colour) / steps) * most)}%`;

/** With more of a colour behind them numbers would be hard to read, in the light or in the dark (4.5:1 at least). */
const mostBehindText = 55;

/**
 * A matrix without numbers, for weights: cells of one colour that follow each other in a row are one piece.
 *
 * @param most - what the strongest colour stands for
 */
export function weave(
  { rows, columns, at }: Matrix,
  most: number,
  name: string,
  names: { readonly x: string; readonly y: string },
): string {
  const [left, top] = [26, 8];
  const size = Math.min((width - left - 8) / columns, 340 / rows, 22);
  const pieces = new Map<number, string[]>();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns;) {
      const colour = colourOf(most === 0 ? 0 : at(row, column) / most);
      let end = column + 1;
      while (end < columns && colourOf(most === 0 ? 0 : at(row, end) / most) === colour) end++;
      if (colour !== 0) {
        const place = (n: number): string => String(Number(n.toFixed(1)));
        const [x, y, w] = [left + column * size, top + row * size, (end - column) * size];
        pieces.set(colour, [
          ...(pieces.get(colour) ?? []),
          `M${place(x)},${place(y)}h${place(w)}v${place(size)}h${place(-w)}z`,
        ]);
      }
      column = end;
    }
  }
  const height = rows * size;
  const paths = [...pieces]
    .sort(([a], [b]) => a - b)
    .map(([colour, parts]) =>
      element("path", {
        class: colour < 0 ? "heat minus" : "heat plus",
        style: mix(colour, 100),
        d: parts.join(""),
      }),
    );
  return chart(name, Math.ceil(top + height + 22), [
    element("rect", { class: "heat-ground", x: left, y: top, width: columns * size, height }),
    ...paths,
    label(names.x, { class: "axis", x: left, y: top + height + 16 }),
    element(
      "text",
      { class: "axis", transform: `translate(16 ${(top + height).toFixed(1)}) rotate(-90)` },
      escapeText(names.y),
    ),
  ]);
}

/** A small matrix with its numbers in it: counts of actual (rows) and predicted classes (columns), or weights. */
export function numbered(
  { rows, columns, at }: Matrix,
  names: { readonly rows: readonly string[]; readonly columns: readonly string[] },
  options: {
    readonly name: string;
    readonly xName: string;
    readonly yName: string;
    readonly text: (value: number) => string;
    /** From −1 to 1: how strongly a cell is coloured. */
    readonly strength: (row: number, column: number) => number;
    readonly tip: (row: number, column: number) => string;
  },
): string {
  const { name, xName, yName, text, strength, tip } = options;
  const longest = (list: readonly string[], most: number): string[] =>
    list.map((each) => truncate(printable(each), most));
  const [rowNames, columnNames] = [longest(names.rows, 16), longest(names.columns, 10)];
  const left = 30 + Math.max(...rowNames.map((each) => each.length)) * 6.4;
  const top = 44;
  const size = Math.min((width - left - 8) / columns, 130);
  const tall = Math.min(size, rows > 12 ? 26 : rows > 4 ? 40 : 64);
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const colour = colourOf(strength(row, column));
    const [x, y] = [left + column * size, top + row * tall];
    return (
      element("rect", {
        class: colour < 0 ? "cell minus" : "cell plus",
        style: mix(colour, mostBehindText),
        x: x + 1,
        y: y + 1,
        width: size - 2,
        height: tall - 2,
        rx: 3,
        "data-tip": tip(row, column),
      }) +
      label(text(at(row, column)), {
        class: `cell-text${Math.abs(colour) > 4 ? " strong" : ""}${size < 34 ? " small" : ""}`,
        x: x + size / 2,
        y: y + tall / 2 + 4,
        "text-anchor": "middle",
      })
    );
  });
  return chart(name, Math.ceil(top + rows * tall + 10), [
    label(xName, { class: "axis", x: left, y: 14 }),
    element(
      "text",
      { class: "axis", transform: `translate(12 ${(top + rows * tall).toFixed(1)}) rotate(-90)` },
      escapeText(yName),
    ),
    ...columnNames.map((each, column) =>
      label(size < 10 + each.length * 6 ? truncate(each, Math.max(2, Math.floor(size / 6.5))) : each, {
        class: "tick",
        x: left + (column + 0.5) * size,
        y: top - 8,
        "text-anchor": "middle",
      }),
    ),
    ...rowNames.map((each, row) =>
      label(each, { class: "tick", x: left - 8, y: top + (row + 0.5) * tall + 4, "text-anchor": "end" }),
    ),
    ...cells,
  ]);
}
