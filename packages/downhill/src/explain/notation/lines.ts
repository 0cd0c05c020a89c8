/** Explanations as lines of text: how wide, how set off, how lined up. */

export interface TextOptions {
  /** Characters in a line; 100 if left out. */
  readonly width?: number;
  /** Ways to set words off, for terminals with colours. */
  readonly heading?: (text: string) => string;
  readonly faint?: (text: string) => string;
  readonly strong?: (text: string) => string;
}

export type Layout = Required<TextOptions>;

const same = (text: string): string => text;

export const layoutOf = ({
  width = 100,
  heading = same,
  faint = same,
  strong = same,
}: TextOptions): Layout => ({
  width,
  heading,
  faint,
  strong,
});

export const lengthOf = (text: string): number => [...text].length;

export const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - lengthOf(text)));

/** Lines of at most `width` characters, cut between words; those after the first are set in. */
export const wrapped = (text: string, first: string, indent: string, width: number): string[] => {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
};

export const cut = (text: string, width: number): string =>
  lengthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join("")}…`;

/** `point`: numbers with their decimal points below each other. */
export type Alignment = "left" | "right" | "point";

/** The part of a number before its point. */
const whole = (cell: string): string => /^[−+]?\d+(?=\.)/.exec(cell)?.[0] ?? cell;

/** The cells of a column, padded so that they line up. */
const alignedColumn = (cells: readonly string[], alignment: Alignment): string[] => {
  const before = alignment === "point" ? Math.max(0, ...cells.map((cell) => lengthOf(whole(cell)))) : 0;
  const moved = cells.map((cell) =>
    alignment === "point" ? " ".repeat(before - lengthOf(whole(cell))) + cell : cell,
  );
  const width = Math.max(0, ...moved.map(lengthOf));
  return moved.map((cell) =>
    alignment === "right" ? " ".repeat(width - lengthOf(cell)) + cell : pad(cell, width),
  );
};

/** Rows of a table with their columns lined up, set in by `indent`. The first row has the columns' names. */
export const table = (
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  { faint }: Layout,
  indent = 2,
): string[] => {
  const [head = [], ...body] = rows;
  const columns = alignments.map((alignment, j) => {
    const cells = alignedColumn(
      body.map((row) => row[j] ?? ""),
      alignment,
    );
    const width = Math.max(lengthOf(head[j] ?? ""), ...cells.map(lengthOf));
    const isLeft = alignment === "left";
    const fit = (cell: string): string =>
      isLeft ? pad(cell, width) : " ".repeat(width - lengthOf(cell)) + cell;
    return [fit(head[j] ?? ""), ...cells.map(fit)];
  });
  const lines = rows.map((_, i) =>
    (" ".repeat(indent) + columns.map((cells) => cells[i]!).join("  ")).trimEnd(),
  );
  return lines.map((line, i) => (i === 0 ? faint(line) : line));
};
