/** Descents as pictures in the terminal. */
import type { Descent } from "downhill/explain";
import { linePlot } from "../../terminal/linePlot.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { courses } from "../course.ts";
import { curveWindow, samples } from "../curve.ts";
import type { Descents, Point } from "../run.ts";
import { minimaOf } from "../minima.ts";
import { terrain } from "../terrain.ts";
import { toShape, windowOf } from "downhill-palette/window";
import { columnsFor, segment, type Sheet, sheet } from "./framed.ts";

export type Paint = (text: string) => string;

/** A colour for each descent; more than there are begin again. */
export function paintsFor({ colours }: Terminal, count: number): Paint[] {
  const list = [colours.cyan, colours.yellow, colours.green, colours.magenta, colours.blue, colours.red];
  return Array.from({ length: count }, (_, i) => list[i % list.length]!);
}

const contourRows = 24;
const curveRows = 18;

/** Dots of a contour keep this distance, so that it is not taken for a path. */
const dotted = 3;

/** The last point of a path, where it lies on the sheet. */
const endCharacter = "●";

/** The lines of a sheet with the paths in their colours and everything else faint. */
const painted = (drawn: Sheet, paints: readonly Paint[], faint: Paint): string[] =>
  drawn.lines((character, layer) => (paints[layer] ?? faint)(character), faint);

function drawContour(
  { canvas, toDot }: Sheet,
  ring: readonly (readonly [number, number])[],
  layer: number,
): void {
  let walked = 0;
  ring.slice(1).forEach((to, i) => {
    const [fromX, fromY] = toDot(...ring[i]!);
    const [toX, toY] = toDot(...to);
    const length = Math.hypot(toX - fromX, toY - fromY);
    for (; walked <= length; walked += dotted) {
      const share = length === 0 ? 0 : walked / length;
      const [x, y] = [fromX + share * (toX - fromX), fromY + share * (toY - fromY)];
      // Rings that reach the edge are closed along it, just outside.
      if (x >= 0 && y >= 0 && x <= canvas.width - 1 && y <= canvas.height - 1)
        canvas.dot(Math.round(x), Math.round(y), layer);
    }
    walked -= length;
  });
}

function contourMap(
  { landscape, descents }: Descents,
  terminal: Terminal,
  paints: readonly Paint[],
): string[] {
  const [first = "", second = ""] = landscape.variables;
  const { colours } = terminal;
  const columns = columnsFor(terminal.width - 2);
  const ranges = windowOf(descents, landscape.variables);
  const window = toShape([ranges[0]!, ranges[1]!], columns / (2 * contourRows));
  const drawn = sheet(...window, columns, contourRows);
  const minima = minimaOf(descents).map(({ minimum }) => minimum);
  const lowest = Math.min(...minima.map(({ value }) => value));
  const contours = terrain(landscape, window, lowest, { columns: 120, rows: 80, levels: 9 });
  for (const { rings } of contours) for (const ring of rings) drawContour(drawn, ring, paints.length);
  const place = ({ params }: { readonly params: Point }): readonly [number, number] => [
    params[first]!,
    params[second]!,
  ];
  drawn.put(...place(descents[0]!.path[0]!), colours.bold("○"));
  descents.forEach(({ path }, i) => {
    const places = path.map(place).filter(([x, y]) => Number.isFinite(x + y));
    places.slice(1).forEach((to, j) => segment(drawn, places[j]!, to, i));
    drawn.put(...places.at(-1)!, paints[i]!(endCharacter));
  });
  for (const minimum of minima) drawn.put(...place(minimum), colours.bold("×"));
  const legend = [
    "○ start",
    "● end",
    ...(minima.length === 0 ? [] : ["× minimum"]),
    "dots: equal value",
  ].join("   ");
  return [`${second} over ${first}`, ...painted(drawn, paints, colours.dim), `  ${colours.dim(legend)}`];
}

function curve({ landscape, descents }: Descents, terminal: Terminal, paints: readonly Paint[]): string[] {
  const [name = ""] = landscape.variables;
  const { colours } = terminal;
  const columns = columnsFor(terminal.width - 2);
  const window = curveWindow(landscape, descents);
  const drawn = sheet(window.x, window.y, columns, curveRows);
  for (const piece of samples(landscape, window.x, 2 * columns))
    piece.slice(1).forEach((to, i) => segment(drawn, piece[i]!, to, paints.length));
  const place = ({ params, value }: Descent<Point>["path"][number]): readonly [number, number] => [
    params[name]!,
    value,
  ];
  drawn.put(...place(descents[0]!.path[0]!), colours.bold("○"));
  descents.forEach(({ path }, i) => drawn.put(...place(path.at(-1)!), paints[i]!(endCharacter)));
  descents.forEach(({ path }, i) => {
    for (const step of path) drawn.put(...place(step), paints[i]!("•"));
    // What the first steps follow: the tangents.
    for (const { params, value, gradient, move } of path.slice(0, 4))
      if (move !== null)
        segment(
          drawn,
          [params[name]!, value],
          [params[name]! + move[name]!, value + gradient[name]! * move[name]!],
          i,
        );
  });
  return [
    `value over ${name}`,
    ...painted(drawn, paints, colours.dim),
    `  ${colours.dim("○ start   • steps, the first with tangents   ● end")}`,
  ];
}

function course({ descents }: Descents, terminal: Terminal, paints: readonly Paint[]): string[] {
  const { lines, name } = courses(descents);
  // Steps that a descent did not make are left out.
  const longest = Math.max(...lines.map((values) => values.length));
  const padded = lines.map((values) => [...values, ...new Array<number>(longest - values.length).fill(NaN)]);
  return linePlot(
    padded.map((values, i) => ({ name: descents[i]!.optimizer, values, paint: paints[i]! })),
    {
      title: `${name} by step`,
      width: terminal.width - 2,
      rows: 14,
      firstStep: 0,
      faint: terminal.colours.dim,
    },
  );
}

/** A curve for one variable, contours for two, the value by step for more. */
export function drawText(descents: Descents, terminal: Terminal, paints: readonly Paint[]): string[] {
  const count = descents.landscape.variables.length;
  return (count === 1 ? curve : count === 2 ? contourMap : course)(descents, terminal, paints);
}
