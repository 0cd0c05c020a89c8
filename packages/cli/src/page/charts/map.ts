/** A slice of a loss as a map, low ground dark, with the way of the training over it. */
import { scaleLinear } from "d3-scale";
import { element, label, polyline } from "../../descent/svg/markup.ts";
import { short } from "../../descent/numbers.ts";
import { mapShape, type Slice } from "../measure/slice.ts";
import { type Axis, chart, horizontalAxis, type Scale, spot, verticalAxis, width } from "./chart.ts";

const left = 50;
const top = 26;
const right = width - 12;
const bottom = top + Math.round((right - left) / mapShape);
const height = bottom + 82;
const area = { left, right, top, bottom };

/** The colour of the ground above the i-th of `count` contours: less and less of the valley's. */
const ground = (i: number, count: number): string =>
  `--h:${Math.round(96 * (1 - i / Math.max(1, count)) ** 1.2)}%`;

/** What the colours mean. */
function legend({ contours, lowest }: Slice): string {
  const [y, x] = [bottom + 50, left];
  const count = contours.length;
  const step = (right - left) / (count + 1);
  const swatches = Array.from({ length: count + 1 }, (_, i) =>
    element("rect", { class: "ground", style: ground(i, count), x: x + i * step, y, width: step, height: 9 }),
  );
  const shown = [1, Math.round(count / 3), Math.round((2 * count) / 3), count].filter(
    (each, i, list) => each >= 1 && list.indexOf(each) === i,
  );
  return [
    ...swatches,
    element("rect", { class: "frame", x, y, width: right - left, height: 9 }),
    label(`loss ${short(lowest, 3)}`, { class: "tick", x, y: y + 24 }),
    ...shown.slice(1).map((each) =>
      label(short(contours[each - 1]!.value, 3), {
        class: "tick",
        x: x + each * step,
        y: y + 24,
        "text-anchor": each === count ? "end" : "middle",
      }),
    ),
  ].join("");
}

export interface MapOptions {
  readonly name: string;
  readonly xName: string;
  readonly yName: string;
  /** Of each point of the way. */
  readonly tips: readonly string[];
  /** What the way's first point is called; "start" if left out. */
  readonly startName?: string;
  /** What the numbers along the axes are of the plane's coordinates: a factor, and what is added. */
  readonly units?: readonly [readonly [number, number], readonly [number, number]];
}

export function map(
  slice: Slice,
  { name, xName, yName, tips, startName = "start", units }: MapOptions,
): string {
  const { window, contours } = slice;
  const x: Scale = scaleLinear(window[0], [left, right]);
  const y: Scale = scaleLinear(window[1], [bottom, top]);
  const place = ([across, up]: readonly [number, number]): [number, number] => [x(across), y(up)];
  const axis = (direction: 0 | 1, title: string): Axis => {
    const [factor, offset] = units?.[direction] ?? [1, 0];
    const ends = window[direction].map((value) => offset + factor * value);
    const range = direction === 0 ? [left, right] : [bottom, top];
    return { scale: scaleLinear(ends, range), name: title, hasGrid: false };
  };
  const way = slice.kind === "path" ? slice.spots.map(place) : [];
  const start = way[0];
  const kept = place([0, 0]);
  return chart(name, height, [
    element(
      "clipPath",
      { id: "map" },
      element("rect", { x: left, y: top, width: right - left, height: bottom - top }),
    ),
    element(
      "g",
      { "clip-path": "url(#map)" },
      element("rect", {
        class: "ground",
        style: ground(0, contours.length),
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
      }),
      ...contours.map(({ rings }, i) =>
        element("path", {
          class: "ground contour",
          style: ground(i + 1, contours.length),
          d: rings.map((ring) => polyline(ring.map(place), true)).join(""),
        }),
      ),
    ),
    horizontalAxis(axis(0, xName), area),
    verticalAxis(axis(1, yName), area),
    element("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }),
    element("path", { class: "way-edge", d: polyline(way) }),
    element("path", { class: "way", d: polyline(way) }),
    ...way.map(([cx, cy]) => element("circle", { class: "way-dot", cx, cy, r: 2.4 })),
    start === undefined
      ? ""
      : element("circle", { class: "start", cx: start[0], cy: start[1], r: 5 }) +
        label(startName, {
          class: "halo",
          x: start[0] + (start[0] > (left + right) / 2 ? -10 : 10),
          y: start[1] + (start[1] < top + 24 ? 16 : -9),
          "text-anchor": start[0] > (left + right) / 2 ? "end" : "start",
        }),
    element("path", {
      class: "kept",
      d: "M0,-8L2.2,-2.6L8,-2.5L3.4,1.2L5,7L0,3.6L-5,7L-3.4,1.2L-8,-2.5L-2.2,-2.6Z",
      transform: `translate(${kept[0].toFixed(1)} ${kept[1].toFixed(1)})`,
    }),
    label(slice.kind === "path" ? "kept" : "solution", {
      class: "halo",
      x: kept[0] + 11,
      y: kept[1] + (kept[1] > bottom - 24 ? -10 : 17),
    }),
    ...way.map(([cx, cy], i) => spot(cx, cy, tips[i] ?? "", 6)),
    legend(slice),
  ]);
}
