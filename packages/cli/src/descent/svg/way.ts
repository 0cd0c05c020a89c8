/** The way of a descent as it is drawn: a line, a mark at each point, a larger one at the end. */
import { symbol, symbolTriangle } from "d3-shape";
import { mark } from "./mark.ts";
import { element, polyline } from "./markup.ts";
import { exitOf, isInside, type Place, spaced } from "./places.ts";
import { dashesOf, fillOf, strokeOf } from "./style.ts";

/** Longer ways are drawn with finer lines. */
const many = 40;

export const line = (way: readonly Place[], i: number): string =>
  element("path", {
    class: `way ${strokeOf(i)}${way.length > many ? " dense" : ""}`,
    // Moves that no one could see are left out.
    d: polyline([...spaced(way, 0.5), way.at(-1)!]),
    "stroke-dasharray": dashesOf(i),
  });

/** Marks where there is room for them. */
export const marks = (way: readonly Place[], i: number): string =>
  spaced(way, 7)
    .filter((place) => isInside(place, -6))
    .map(([x, y]) => mark(i, x, y, way.length > many ? 16 : 26))
    .join("");

/** The last point of a way that ends on the drawing. */
export function endMark(way: readonly Place[], i: number): string {
  const last = way.at(-1)!;
  return isInside(last) ? mark(i, last[0], last[1], 90) : "";
}

/** The last point, or an arrow where the line leaves the drawing. */
export function ending(way: readonly Place[], i: number): string {
  const exit = exitOf(way);
  if (exit === undefined) return endMark(way, i);
  // The triangle points upwards; its tip lies on the edge.
  const { place, angle } = exit;
  return element("path", {
    class: `point ${fillOf(i)}`,
    d: symbol(symbolTriangle, 110)() ?? "",
    transform: `translate(${place[0].toFixed(1)} ${place[1].toFixed(1)}) rotate(${(angle + 90).toFixed(1)}) translate(0 9)`,
  });
}
