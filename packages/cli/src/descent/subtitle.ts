import type { Descent } from "downhill/explain";
import { minimaOf } from "./minima.ts";
import { settled } from "./numbers.ts";
import type { Landscape, Point } from "./run.ts";

/** `x = −1.5, y = 2`. */
export const pointText = (point: Point, variables: readonly string[]): string =>
  variables.map((name) => `${name} = ${settled(point[name] ?? NaN)}`).join(", ");

/** `from x = −1.5, y = 2; minimum 0 at x = 0, y = 0`. */
export function subtitleOf({ variables, fixed }: Landscape, descents: readonly Descent<Point>[]): string {
  const [first] = descents;
  if (first === undefined) return "";
  return [
    ...(Object.keys(fixed).length > 0 ? [`with ${pointText(fixed, Object.keys(fixed))}`] : []),
    `from ${pointText(first.path[0]!.params, variables)}`,
    ...minimaOf(descents).map(
      ({ minimum }) => `minimum ${settled(minimum.value)} at ${pointText(minimum.params, variables)}`,
    ),
  ].join("; ");
}
