/** Descents in two variables, drawn over contours of the function. */
import { scaleLinear } from "d3-scale";
import { minimaOf } from "../minima.ts";
import { short } from "../numbers.ts";
import type { Descents } from "../run.ts";
import { type Contour, terrain } from "../terrain.ts";
import { toShape, windowOf } from "downhill-palette/window";
import type { AxisScale } from "./axes.ts";
import { element, label, polyline } from "./markup.ts";
import { distance, isInside, type Place, spaced, wayOf } from "./places.ts";
import { captionOf } from "./caption.ts";
import { picture } from "./picture.ts";
import { plot } from "./plot.ts";
import { ending, line, marks } from "./way.ts";

/** A height stands where nothing else is nearer than this. */
const leastRoom = 34;

/** Of each second contour the height, at a place on it that is far from everything else. */
function levelLabels(
  contours: readonly Contour[],
  toPlace: (point: Place) => Place,
  busy: readonly Place[],
): string[] {
  const taken: Place[] = [...busy];
  return contours.flatMap(({ value, rings }, i) => {
    if (i % 2 === 1) return [];
    const candidates = rings.flatMap((ring) => ring.map(toPlace)).filter((place) => isInside(place, 20));
    let best: { place: Place; room: number } | undefined;
    for (let j = 0; j < candidates.length; j += 3) {
      const place = candidates[j]!;
      const room = Math.min(160, ...taken.map((other) => distance(place, other)));
      if (room > (best?.room ?? leastRoom)) best = { place, room };
    }
    if (best === undefined) return [];
    taken.push(best.place);
    const [x, y] = best.place;
    return [label(short(value, 3), { class: "level halo", x, y: y + 3.5, "text-anchor": "middle" })];
  });
}

const cross = ([x, y]: Place): string => {
  const stroke = (dy: number): string =>
    polyline([
      [x - 5, y - dy],
      [x + 5, y + dy],
    ]);
  return element("path", { class: "cross", d: stroke(5) + stroke(-5) });
};

/** A name beside a place, on the side away from another. */
function named(text: string, [x, y]: Place, [otherX, otherY]: Place): string {
  const isLeft = x < otherX;
  return label(text, {
    class: "halo",
    x: x + (isLeft ? -11 : 11),
    y: y + (y < otherY ? -8 : 17),
    "text-anchor": isLeft ? "end" : "start",
  });
}

export function contourMap(all: Descents): string {
  const { landscape, descents } = all;
  const [first = "", second = ""] = landscape.variables;
  const ranges = windowOf(descents, landscape.variables);
  const window = toShape([ranges[0]!, ranges[1]!], plot.width / plot.height);
  const x: AxisScale = scaleLinear(window[0], [plot.left, plot.right]);
  const y: AxisScale = scaleLinear(window[1], [plot.bottom, plot.top]);
  const toPlace = ([across, up]: Place): Place => [x(across), y(up)];
  const minima = minimaOf(descents).map(({ minimum }) => minimum);
  const lowest = Math.min(...minima.map(({ value }) => value));
  const contours = terrain(landscape, window, lowest, { columns: 180, rows: 132, levels: 14 });
  const ways = descents.map((descent) =>
    wayOf(descent, ({ params }) => toPlace([params[first]!, params[second]!])),
  );
  const start = ways[0]![0]!;
  const goals = minima.map(({ params }) => toPlace([params[first]!, params[second]!]));
  const busy = [
    ...ways.flatMap((way) =>
      spaced(
        way.filter((place) => isInside(place)),
        6,
      ),
    ),
    ...goals,
  ];
  return picture(captionOf(all), { x, y, xName: first, yName: second }, [
    ...contours.map(({ rings }) =>
      element("path", {
        class: "terrain",
        d: rings.map((ring) => polyline(ring.map(toPlace), true)).join(""),
      }),
    ),
    ...levelLabels(contours, toPlace, busy),
    ...ways.map(line),
    ...ways.map(marks),
    ...ways.map(ending),
    ...goals.flatMap((goal) => [cross(goal), named("minimum", goal, start)]),
    element("circle", { class: "hollow", cx: start[0], cy: start[1], r: 5, stroke: "var(--ink)" }),
    named("start", start, goals[0] ?? ways[0]!.at(-1)!),
  ]);
}
