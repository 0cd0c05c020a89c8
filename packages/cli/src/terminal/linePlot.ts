import { brailleCanvas } from "./braille.ts";
import { formatNumber } from "./numbers.ts";
import { makeScale } from "./scale.ts";
import { padStart, textWidth } from "./text.ts";

export interface Series {
  readonly name: string;
  /** One value for each step; those that are not finite are left out. */
  readonly values: readonly number[];
  readonly paint: (text: string) => string;
}

export interface PlotOptions {
  readonly title: string;
  /** Characters that the plot may take in width. */
  readonly width: number;
  /** Rows of the plot itself. */
  readonly rows?: number;
  /** The number of the first step; 1 if left out. */
  readonly firstStep?: number;
  /** A step to mark on the horizontal axis. */
  readonly marked?: { readonly step: number; readonly name: string };
  readonly faint: (text: string) => string;
}

function drawSeries(
  values: readonly number[],
  draw: (fromX: number, from: number, toX: number, to: number) => void,
  width: number,
): void {
  const last = Math.max(1, values.length - 1);
  let previous: { x: number; value: number } | null = null;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const x = (i / last) * (width - 1);
    draw(previous?.x ?? x, previous?.value ?? value, x, value);
    previous = { x, value };
  });
}

/** Rows for the labels at the right ends of the lines, moved apart where they would meet. */
function labelRows(ends: readonly number[], rows: number): number[] {
  const order = ends.map((_, i) => i).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0));
  const placed = [...ends];
  let lowest = -1;
  for (const i of order) {
    placed[i] = Math.max(placed[i] ?? 0, lowest + 1);
    lowest = placed[i] ?? 0;
  }
  const excess = Math.max(0, lowest - (rows - 1));
  return placed.map((row) => row - excess);
}

function horizontalAxis(steps: number, columns: number, options: PlotOptions): string {
  const line = new Array<string>(columns).fill(" ");
  const write = (text: string, from: number): void => {
    const start = Math.max(0, Math.min(from, columns - text.length));
    const room = line.slice(Math.max(0, start - 2), start + text.length + 2);
    if (room.some((character) => character !== " ")) return;
    for (const [i, character] of [...text].entries()) line[start + i] = character;
  };
  const { marked, firstStep = 1 } = options;
  if (marked !== undefined && marked.step >= 1 && steps > 1) {
    const at = Math.round(((marked.step - 1) / (steps - 1)) * (columns - 1));
    const text = `▲ ${marked.name} ${marked.step}`;
    const isRoom = at + text.length <= columns;
    write(isRoom ? text : `${marked.name} ${marked.step} ▲`, isRoom ? at : at - text.length + 1);
  }
  write(String(firstStep), 0);
  write(String(firstStep + steps - 1), columns);
  return line.join("");
}

/** A plot of one or more lines over the same steps, in braille dots, with axes and each line's name at its end. */
export function linePlot(series: readonly Series[], options: PlotOptions): string[] {
  const finite = series.flatMap(({ values }) => values.filter((value) => Number.isFinite(value)));
  if (finite.length === 0) return [];
  const rows = options.rows ?? 8;
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const scale = makeScale(low, high, Math.max(2, Math.floor(rows / 2)));

  const lastOf = (values: readonly number[]): number =>
    values.findLast((value) => Number.isFinite(value)) ?? NaN;
  const names = series.map(({ name, values }) => `${name} ${formatNumber(lastOf(values), 3)}`);
  const tickTexts = scale.ticks.map((tick) =>
    formatNumber(tick, 3)
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, ""),
  );
  const left = Math.max(...tickTexts.map(textWidth), 1);
  const columns = Math.max(10, options.width - left - 3 - Math.max(...names.map(textWidth)) - 2);
  const canvas = brailleCanvas(columns, rows);
  const toDot = (value: number): number => (1 - scale.position(value)) * (canvas.height - 1);

  series.forEach(({ values }, layer) => {
    drawSeries(
      values,
      (fromX, from, toX, to) => canvas.line(fromX, toDot(from), toX, toDot(to), layer),
      canvas.width,
    );
  });
  const rowOf = (value: number): number => Math.min(rows - 1, Math.round(toDot(value)) >> 2);
  const tickRows = new Map(scale.ticks.map((tick, i) => [rowOf(tick), tickTexts[i] ?? ""]));
  const ends = labelRows(
    series.map(({ values }) => rowOf(lastOf(values))),
    rows,
  );

  const lines: string[] = [options.title];
  for (let row = 0; row < rows; row++) {
    const tick = tickRows.get(row);
    let line = options.faint(`${padStart(tick ?? "", left)} ${tick === undefined ? "│" : "┤"}`);
    for (let column = 0; column < columns; column++) {
      const cell = canvas.cell(column, row);
      line += cell === null ? " " : (series[cell.layer]?.paint(cell.character) ?? cell.character);
    }
    const labelled = ends.indexOf(row);
    if (labelled >= 0) line += ` ${series[labelled]?.paint(names[labelled] ?? "") ?? ""}`;
    lines.push(line.trimEnd());
  }
  const steps = Math.max(...series.map(({ values }) => values.length));
  lines.push(options.faint(`${" ".repeat(left)} └${"─".repeat(columns)}`));
  lines.push(options.faint(`${" ".repeat(left)}  ${horizontalAxis(steps, columns, options)}`.trimEnd()));
  return lines;
}
