/** Descents in one variable: the curve, and the tangents that the steps follow. */
import { scaleLinear } from "d3-scale";
import type { Descent } from "downhill/explain";
import type { Descents, Point } from "../run.ts";
import { curveWindow, samples } from "../curve.ts";
import type { AxisScale } from "./axes.ts";
import { element, label, polyline } from "./markup.ts";
import { isInside, type Place, wayOf } from "./places.ts";
import { captionOf } from "./caption.ts";
import { picture } from "./picture.ts";
import { plot } from "./plot.ts";
import { endMark, marks } from "./way.ts";
import { strokeOf } from "./style.ts";

/** Tangents are drawn at so many of the first points; later ones would lie on each other. */
const tangentCount = 6;

/** From each point along its tangent to above or below the next, and from there to the curve: what a step does. */
function stepLines(
  { path }: Descent<Point>,
  name: string,
  i: number,
  toPlace: (point: Place) => Place,
): string {
  return path
    .slice(0, tangentCount)
    .flatMap(({ params, value, gradient, move }, j) => {
      const next = path[j + 1];
      if (move === null || next === undefined || !Number.isFinite(next.value)) return [];
      const [at, slope, to] = [params[name]!, gradient[name]!, next.params[name]!];
      const from = toPlace([at, value]);
      if (!isInside(from)) return [];
      const foot = toPlace([to, value + slope * (to - at)]);
      return [
        element("path", { class: `tangent ${strokeOf(i)}`, d: polyline([from, foot]) }),
        element("path", { class: `drop ${strokeOf(i)}`, d: polyline([foot, toPlace([to, next.value])]) }),
      ];
    })
    .join("");
}

export function curvePicture(all: Descents): string {
  const { landscape, descents } = all;
  const [name = ""] = landscape.variables;
  const window = curveWindow(landscape, descents);
  const x: AxisScale = scaleLinear(window.x, [plot.left, plot.right]);
  const y: AxisScale = scaleLinear(window.y, [plot.bottom, plot.top]);
  const toPlace = ([across, up]: Place): Place => [x(across), y(up)];
  const ways = descents.map((descent) =>
    wayOf(descent, ({ params, value }) => toPlace([params[name]!, value])),
  );
  const start = ways[0]![0]!;
  return picture(captionOf(all), { x, y, xName: name, yName: "value" }, [
    ...samples(landscape, window.x, 700).map((piece) =>
      element("path", { class: "curve", d: polyline(piece.map(toPlace)) }),
    ),
    ...descents.map((descent, i) => stepLines(descent, name, i, toPlace)),
    ...ways.map(marks),
    ...ways.map(endMark),
    element("circle", { class: "hollow", cx: start[0], cy: start[1], r: 5, stroke: "var(--ink)" }),
    label("start", { class: "halo", x: start[0] + 11, y: start[1] - 8 }),
  ]);
}
