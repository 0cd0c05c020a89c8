/**
 * A function of two variables as a surface in space, drawn on a plain canvas: the patches from the farthest to the nearest,
 * and the lines on them with the patch under them, so that what stands in front hides what is behind.
 */
import type { Terrain } from "./contours.ts";
import type { Colours } from "./colours.svelte.ts";
import type { Levels } from "downhill-palette/levels";
import { mix } from "./mix.ts";

/** From where it is seen, in radians: around the upright axis, and above the ground. */
export interface Camera {
  readonly turn: number;
  readonly tilt: number;
}

/** A line on the surface: x and y of its points. */
export interface SurfaceLine {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour: string;
  readonly width: number;
  readonly opacity?: number;
}

/** A point on the surface, drawn last. */
export interface SurfaceDot {
  readonly at: readonly [x: number, y: number];
  readonly colour: string;
  readonly radius: number;
}

/** Heights from 0 to 1: true to scale up to where walls are cut off, or by the order of magnitude. */
export const heightOf = (
  { lowest, span, small }: Levels,
  isCompressed: boolean,
): ((value: number) => number) => {
  // Next to the floor of a valley points lie as near to it as the grid happens to have them: it is not to look jagged.
  const floor = 4 * small;
  const most = Math.log1p(span / floor);
  return (value) => {
    if (!Number.isFinite(value)) return 1;
    const above = Math.max(0, value - lowest);
    return Math.min(1, isCompressed ? Math.log1p(above / floor) / most : above / span);
  };
};

/** The value between grid points. */
const between = ({ x, y, columns, rows, values }: Terrain, [px, py]: readonly [number, number]): number => {
  const [u, v] = [((px - x[0]) / (x[1] - x[0])) * (columns - 1), ((py - y[0]) / (y[1] - y[0])) * (rows - 1)];
  const [i, j] = [
    Math.min(columns - 2, Math.max(0, Math.floor(u))),
    Math.min(rows - 2, Math.max(0, Math.floor(v))),
  ];
  const [s, t] = [u - i, v - j];
  const at = (column: number, row: number): number => values[row * columns + column]!;
  return (
    at(i, j) * (1 - s) * (1 - t) +
    at(i + 1, j) * s * (1 - t) +
    at(i, j + 1) * (1 - s) * t +
    at(i + 1, j + 1) * s * t
  );
};

export interface SurfaceScene {
  readonly terrain: Terrain;
  readonly height: (value: number) => number;
  readonly lines: readonly SurfaceLine[];
  readonly dots: readonly SurfaceDot[];
  readonly names: readonly [x: string, y: string];
  readonly camera: Camera;
}

/** How high the box is beside its width. */
const upright = 0.75;

export const paintSurface = (
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  { terrain, height, lines, dots, names, camera }: SurfaceScene,
  colours: Colours,
): void => {
  const { columns, rows, values, x, y } = terrain;
  const [cos, sin] = [Math.cos(camera.turn), Math.sin(camera.turn)];
  const [flat, steep] = [Math.sin(camera.tilt), Math.cos(camera.tilt)];
  const scale = Math.min(size.width / 3, size.height / (2.9 * flat + 1.25 * upright * 2 * steep));
  const middle = [size.width / 2, size.height / 2 + upright * steep * scale] as const;
  /** From the box [−1, 1]² × [0, 1] to pixels. */
  const place = (across: number, along: number, up: number): [number, number] => {
    const [right, away] = [across * cos - along * sin, across * sin + along * cos];
    return [middle[0] + scale * right, middle[1] - scale * (away * flat + 2 * upright * up * steep)];
  };
  const unit = (value: number, [low, high]: readonly [number, number]): number =>
    (2 * (value - low)) / (high - low) - 1;
  const onSurface = (point: readonly [number, number], lift = 0): [number, number] =>
    place(unit(point[0], x), unit(point[1], y), height(between(terrain, point)) + lift);

  const heights = Float64Array.from(values, height);
  const places = Array.from({ length: columns * rows }, (_, k) =>
    place(
      (2 * (k % columns)) / (columns - 1) - 1,
      (2 * Math.floor(k / columns)) / (rows - 1) - 1,
      heights[k]!,
    ),
  );

  paintGround(context, place, names, { x, y }, camera, colours);

  // Which patch a piece of a line lies on.
  const pieces = new Map<number, (() => void)[]>();
  const isInside = ([px, py]: readonly [number, number]): boolean =>
    px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];
  for (const { points, colour, width, opacity = 1 } of lines)
    for (let k = 1; k < points.length; k++) {
      const [from, to] = [points[k - 1]!, points[k]!];
      if (!isInside(from) || !isInside(to)) continue;
      // Long pieces follow the ground.
      const [du, dv] = [
        (Math.abs(to[0] - from[0]) / (x[1] - x[0])) * columns,
        (Math.abs(to[1] - from[1]) / (y[1] - y[0])) * rows,
      ];
      const parts = Math.min(200, Math.max(1, Math.ceil(2 * Math.max(du, dv))));
      const at = (share: number): [number, number] => [
        from[0] + (to[0] - from[0]) * share,
        from[1] + (to[1] - from[1]) * share,
      ];
      for (let part = 0; part < parts; part++) {
        const [start, end] = [at(part / parts), at((part + 1) / parts)];
        const column = Math.floor(((unit((start[0] + end[0]) / 2, x) + 1) / 2) * (columns - 1));
        const row = Math.floor(((unit((start[1] + end[1]) / 2, y) + 1) / 2) * (rows - 1));
        const patch = Math.min(row, rows - 2) * columns + Math.min(column, columns - 2);
        const list = pieces.get(patch) ?? [];
        pieces.set(patch, list);
        list.push(() => {
          context.beginPath();
          context.moveTo(...onSurface(start, 0.004));
          context.lineTo(...onSurface(end, 0.004));
          context.strokeStyle = colour;
          context.lineWidth = width;
          context.globalAlpha = opacity;
          context.stroke();
          context.globalAlpha = 1;
        });
      }
    }

  context.lineJoin = "round";
  context.lineCap = "round";
  const columnOrder = ordered(columns - 1, sin < 0);
  const rowOrder = ordered(rows - 1, cos < 0);
  const cell = [2 / (columns - 1), 2 / (rows - 1)] as const;
  for (const row of rowOrder)
    for (const column of columnOrder) {
      const k = row * columns + column;
      const corners = [k, k + 1, k + columns + 1, k + columns];
      const [a, b, c, d] = corners.map((corner) => heights[corner]!) as [number, number, number, number];
      // Light comes from the upper left of the viewer.
      const [slopeX, slopeY] = [
        (2 * upright * (b + c - a - d)) / 2 / cell[0],
        (2 * upright * (c + d - a - b)) / 2 / cell[1],
      ];
      const normal = Math.hypot(slopeX, slopeY, 1);
      const [right, away] = [slopeX * cos - slopeY * sin, slopeX * sin + slopeY * cos];
      const light = 0.86 + 0.2 * ((0.5 * right + 0.35 * away + 0.8) / normal);
      context.beginPath();
      corners.forEach((corner, i) =>
        i === 0 ? context.moveTo(...places[corner]!) : context.lineTo(...places[corner]!),
      );
      context.closePath();
      const colour = mix(colours.paper, colours.valley, 0.55 - 0.4 * ((a + b + c + d) / 4), light);
      context.fillStyle = colour;
      context.strokeStyle = colour;
      context.lineWidth = 0.8;
      context.fill();
      context.stroke();
      pieces.get(k)?.forEach((paint) => paint());
    }

  for (const { at, colour, radius } of dots) {
    if (!isInside(at)) continue;
    context.beginPath();
    context.arc(...onSurface(at), radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.strokeStyle = colours.paper;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  }
};

/** From the farthest to the nearest. */
const ordered = (count: number, isForward: boolean): number[] =>
  Array.from({ length: count }, (_, i) => (isForward ? i : count - 1 - i));

/** The floor of the box, with the names of the variables at their ends. */
const paintGround = (
  context: CanvasRenderingContext2D,
  place: (across: number, along: number, up: number) => [number, number],
  [xName, yName]: readonly [string, string],
  { x, y }: Pick<Terrain, "x" | "y">,
  camera: Camera,
  colours: Colours,
): void => {
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const;
  context.beginPath();
  corners.forEach(([across, along], i) =>
    i === 0 ? context.moveTo(...place(across, along, 0)) : context.lineTo(...place(across, along, 0)),
  );
  context.closePath();
  context.strokeStyle = colours.rule;
  context.lineWidth = 1;
  context.stroke();
  // The names stand along the edges that are nearer.
  const nearY = Math.cos(camera.turn) > 0 ? -1 : 1;
  const nearX = Math.sin(camera.turn) > 0 ? -1 : 1;
  const label = (text: string, at: [number, number], colour: string, style = ""): void => {
    context.font = `${style} 12px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(text, ...at);
  };
  const tick = (value: number): string => String(Number(value.toPrecision(3))).replace("-", "−");
  label(xName, place(0, 1.2 * nearY, 0), colours.ink, "italic");
  label(yName, place(1.2 * nearX, 0, 0), colours.ink, "italic");
  for (const end of [-0.7, 0.7]) {
    label(tick(x[0] + ((end + 1) / 2) * (x[1] - x[0])), place(end, 1.14 * nearY, 0), colours.faint);
    label(tick(y[0] + ((end + 1) / 2) * (y[1] - y[0])), place(1.14 * nearX, end, 0), colours.faint);
  }
};
