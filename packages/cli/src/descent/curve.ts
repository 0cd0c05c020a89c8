/** A function of one variable as a curve. */
import type { Descent } from "downhill/explain";
import type { Landscape, Point } from "./run.ts";
import { type Interval, windowOf } from "downhill-palette/window";

type Sample = readonly [x: number, value: number];

/** Points of the curve; a new piece begins wherever there is no value between two. */
export function samples({ values }: Landscape, [low, high]: Interval, count: number): Sample[][] {
  const xs = Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  const pieces: Sample[][] = [[]];
  values([xs]).forEach((value, i) => {
    if (Number.isFinite(value)) pieces.at(-1)!.push([xs[i]!, value]);
    else if (pieces.at(-1)!.length > 0) pieces.push([]);
  });
  return pieces.filter((piece) => piece.length > 1);
}

/** A curve is shown to so many times the height from which the descents come down. */
const mostAbove = 3;

/** The part of the line that is shown, and the range of its values. */
export function curveWindow(
  landscape: Landscape,
  descents: readonly Descent<Point>[],
): { readonly x: Interval; readonly y: Interval } {
  const x = windowOf(descents, landscape.variables)[0]!;
  const values = samples(landscape, x, 300).flatMap((piece) => piece.map(([, value]) => value));
  const lowest = Math.min(...values);
  // A curve may rise steeply towards the edges: what matters is where the descents are.
  const calm = descents.filter(({ judgement }) => judgement.verdict !== "diverges");
  const reached = [descents[0]!, ...calm]
    .flatMap(({ path }, i) => (i === 0 ? path.slice(0, 1) : path))
    .map(({ value }) => value);
  const most = Math.max(...reached.filter(Number.isFinite));
  const highest = Math.min(Math.max(...values), lowest + mostAbove * (most - lowest || 1));
  const room = (highest - lowest || 1) * 0.08;
  // The tangents of the first steps end below the curve: some of that is shown, too.
  const feet = descents.flatMap(({ path }) =>
    path.slice(0, 3).map((step) => footOf(step, landscape.variables[0]!)),
  );
  const foot = Math.min(lowest, ...feet.filter(Number.isFinite));
  return { x, y: [Math.max(foot, lowest - 6 * room) - room, highest + room] };
}

/** Where the tangent at a point leads by the step that is made from there. */
const footOf = ({ value, gradient, move }: Descent<Point>["path"][number], name: string): number =>
  move === null ? value : value + gradient[name]! * move[name]!;
