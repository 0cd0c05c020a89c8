/** A function of two variables as a map: ground coloured by height, with contours. */
import { contours } from "d3-contour";
import type { Colours } from "./colours.svelte.ts";
import type { Frame, Interval } from "./frame.ts";
import type { Levels } from "downhill-palette/levels";
import { mix } from "./mix.ts";

/** Values over a part of the plane, row by row from low y to high. */
export interface Terrain {
  readonly x: Interval;
  readonly y: Interval;
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

/** The area above a level: rings of points in the coordinates of the variables. */
export interface Contour {
  readonly level: number;
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[];
}

export const contoursOf = ({ x, y, columns, rows, values }: Terrain, { heights }: Levels): Contour[] => {
  const top = values.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), -Infinity);
  // Where the function has no value there is a wall.
  const walled = Array.from(values, (value) => (Number.isFinite(value) ? value : top));
  const place = (share: number, count: number, [low, high]: Interval): number =>
    low + ((high - low) * (share - 0.5)) / (count - 1);
  return contours()
    .size([columns, rows])
    .thresholds([...heights])(walled)
    .map(({ value, coordinates }) => ({
      level: value,
      rings: coordinates.flatMap((polygon) =>
        polygon.map((ring) =>
          ring.map(([column = 0, row = 0]) => [place(column, columns, x), place(row, rows, y)] as const),
        ),
      ),
    }));
};

/** Paints the ground of a plot. */
export const paintContours = (
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Frame,
  lines: readonly Contour[],
  colours: Colours,
): void => {
  const ground = (share: number): string => mix(colours.paper, colours.valley, 0.5 * (1 - share));
  context.fillStyle = ground(0);
  context.fillRect(0, 0, width, height);
  context.lineWidth = 1;
  lines.forEach(({ rings }, i) => {
    context.beginPath();
    for (const ring of rings) {
      ring.forEach(([across, up], k) =>
        k === 0 ? context.moveTo(x(across), y(up)) : context.lineTo(x(across), y(up)),
      );
      context.closePath();
    }
    context.fillStyle = ground((i + 1) / lines.length);
    context.globalAlpha = 1;
    context.fill();
    context.strokeStyle = colours.contour;
    context.globalAlpha = 0.35;
    context.stroke();
  });
  context.globalAlpha = 1;
};
