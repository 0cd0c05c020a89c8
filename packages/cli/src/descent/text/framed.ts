/** A canvas in the terminal with two axes. */
import { scaleLinear, type ScaleContinuousNumeric } from "d3-scale";
import { type BrailleCanvas, brailleCanvas } from "../../terminal/braille.ts";
import { padStart, textWidth } from "../../terminal/text.ts";
import { short } from "../numbers.ts";
import type { Interval } from "downhill-palette/window";

/** Something to draw on, in the coordinates of the variables. */
export interface Sheet {
  readonly canvas: BrailleCanvas;
  /** Dots from the left and from the top; not rounded. */
  readonly toDot: (x: number, y: number) => readonly [number, number];
  /** Puts a character over what is drawn; those put first stay on top. */
  readonly put: (x: number, y: number, character: string) => void;
  /** The lines of the picture. */
  readonly lines: (
    paint: (character: string, layer: number) => string,
    faint: (text: string) => string,
  ) => string[];
}

/** Characters of the labels on the left. */
const labelWidth = 8;

export const columnsFor = (width: number): number => Math.max(20, Math.min(width, 100) - labelWidth - 4);

/** @param horizontal the scale of the horizontal axis; linear if left out. */
export function sheet(
  x: Interval,
  y: Interval,
  columns: number,
  rows: number,
  horizontal: ScaleContinuousNumeric<number, number> = scaleLinear(),
): Sheet {
  const canvas = brailleCanvas(columns, rows);
  const across = horizontal.domain(x).range([0, canvas.width - 1]);
  const down = scaleLinear(y, [canvas.height - 1, 0]);
  const characters = new Map<number, string>();
  const put = (atX: number, atY: number, character: string): void => {
    const [column, row] = [Math.floor(across(atX) / 2), Math.floor(down(atY) / 4)];
    const cell = row * columns + column;
    if (column >= 0 && column < columns && row >= 0 && row < rows && !characters.has(cell))
      characters.set(cell, character);
  };
  const axisLabels = new Map(
    down.ticks(Math.max(2, Math.floor(rows / 4))).map((tick) => [Math.floor(down(tick) / 4), short(tick, 4)]),
  );
  const axisLine = (): string => {
    let line = "";
    for (const tick of across.ticks(Math.floor(columns / 14))) {
      const text = short(tick, 4);
      const at = Math.floor(across(tick) / 2) - Math.floor(text.length / 2);
      if (at < textWidth(line) + (line === "" ? 0 : 2) || at + text.length > columns) continue;
      line += " ".repeat(at - textWidth(line)) + text;
    }
    return line;
  };
  return {
    canvas,
    toDot: (atX, atY) => [across(atX), down(atY)],
    put,
    lines: (paint, faint) => {
      const body = Array.from({ length: rows }, (_, row) => {
        const text = axisLabels.get(row);
        let line = faint(`${padStart(text ?? "", labelWidth)} ${text === undefined ? "│" : "┤"}`);
        for (let column = 0; column < columns; column++) {
          const cell = canvas.cell(column, row);
          line +=
            characters.get(row * columns + column) ??
            (cell === null ? " " : paint(cell.character, cell.layer));
        }
        return line.trimEnd();
      });
      const left = " ".repeat(labelWidth);
      return [...body, faint(`${left} └${"─".repeat(columns)}`), faint(`${left}  ${axisLine()}`)];
    },
  };
}

/** A line between two points, as far as it lies near the canvas. */
export function segment(
  { canvas, toDot }: Sheet,
  from: readonly [number, number],
  to: readonly [number, number],
  layer: number,
): void {
  const [fromX, fromY] = toDot(...from);
  const [toX, toY] = toDot(...to);
  const { width, height } = canvas;
  const clipped = clip([fromX, fromY, toX, toY], width, height);
  if (clipped !== undefined) canvas.line(...clipped, layer);
}

/** The part of a line that lies on the canvas (Liang and Barsky 1984). */
function clip(
  [fromX, fromY, toX, toY]: readonly [number, number, number, number],
  width: number,
  height: number,
): [number, number, number, number] | undefined {
  const [dx, dy] = [toX - fromX, toY - fromY];
  let [enter, leave] = [0, 1];
  for (const [change, room] of [
    [-dx, fromX],
    [dx, width - 1 - fromX],
    [-dy, fromY],
    [dy, height - 1 - fromY],
  ] as const) {
    if (change === 0) {
      if (room < 0) return undefined;
      continue;
    }
    const share = room / change;
    if (change < 0) enter = Math.max(enter, share);
    else leave = Math.min(leave, share);
  }
  if (!(enter <= leave)) return undefined;
  return [fromX + enter * dx, fromY + enter * dy, fromX + leave * dx, fromY + leave * dy];
}
