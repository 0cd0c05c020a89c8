/** Range tests: the value that a step at each rate led to. */
import { scaleLinear, scaleLog } from "d3-scale";
import { short } from "../numbers.ts";
import { rateWindow } from "../rates/window.ts";
import type { RateSearch, RateSearches } from "../run.ts";
import { pointText } from "../subtitle.ts";
import type { AxisScale } from "./axes.ts";
import { mark } from "./mark.ts";
import { element, label, polyline } from "./markup.ts";
import { picture } from "./picture.ts";
import type { Place } from "./places.ts";
import { plot } from "./plot.ts";
import { dashesOf, strokeOf } from "./style.ts";

interface Scales {
  readonly x: AxisScale;
  readonly y: AxisScale;
}

/** Far above the picture, numbers would be too large for a drawing. */
const highest = -2000;

function curve({ points }: RateSearch, { x, y }: Scales, i: number): string {
  const places = points.map(({ rate, smoothed }): Place => [x(rate), Math.max(y(smoothed), highest)]);
  return element("path", {
    class: `way ${strokeOf(i)}`,
    d: polyline(places.filter((place) => place.every(Number.isFinite))),
    "stroke-dasharray": dashesOf(i),
  });
}

/** A rate that is marked with an upright line. */
interface Marked {
  readonly rate: number;
  readonly name: string;
  /** The class of its line. */
  readonly look: string;
}

/** Lines with their names at the top, one below the other; the names lie over all lines. */
function uprights(list: readonly Marked[], { x }: Scales): string[] {
  const inside = list.filter(({ rate }) => x(rate) >= plot.left && x(rate) <= plot.right);
  return [
    ...inside.map(({ rate, look }) =>
      element("line", { class: look, x1: x(rate), x2: x(rate), y1: plot.top, y2: plot.bottom }),
    ),
    ...inside.map(({ rate, name }, row) => {
      const isLeft = x(rate) > plot.right - 190;
      return label(name, {
        class: "halo",
        x: x(rate) + (isLeft ? -7 : 7),
        y: plot.top + 17 + 17 * row,
        "text-anchor": isLeft ? "end" : "start",
      });
    }),
  ];
}

function turningPoints({ bottom, steepest }: RateSearch, { x, y }: Scales, i: number): string {
  const named = (name: string, { rate, smoothed }: RateSearch["bottom"], dx: number): string =>
    mark(i, x(rate), y(smoothed), 70) +
    label(name, {
      class: "halo",
      x: x(rate) + dx,
      y: y(smoothed) + 4,
      "text-anchor": dx < 0 ? "end" : "start",
    });
  return named("lowest", bottom, 11) + (steepest === undefined ? "" : named("falls fastest", steepest, -11));
}

const markedRates = ({ optimizer, learningRate, stableRate }: RateSearch, i: number): Marked[] => [
  { rate: learningRate, name: `recommended ${short(learningRate, 2)}`, look: `drop ${strokeOf(i)}` },
  ...(stableRate === undefined
    ? []
    : [{ rate: stableRate, name: `border for ${optimizer} ${short(stableRate, 3)}`, look: "border" }]),
];

export function ratesPicture({ landscape, from, searches }: RateSearches): string {
  const { variables, text } = landscape;
  const window = rateWindow(searches);
  const scales = {
    x: scaleLog(window.x, [plot.left, plot.right]),
    y: scaleLinear(window.y, [plot.bottom, plot.top]),
  };
  const { start } = searches[0]!;
  const level = scales.y(start);
  return picture(
    {
      title: text,
      subtitle: `learning rate range test from ${pointText(from, variables)}: each step at a higher rate`,
      legend: searches.map(({ optimizer, learningRate, reason }) => ({
        name: optimizer,
        result: `recommended rate ${short(learningRate, 2)}`,
        reason,
      })),
    },
    { ...scales, xName: "learning rate", yName: "value" },
    [
      element("line", { class: "rule", x1: plot.left, x2: plot.right, y1: level, y2: level }),
      label(`at the start ${short(start)}`, { class: "faint halo", x: plot.left + 8, y: level - 6 }),
      ...searches.map((search, i) => curve(search, scales, i)),
      ...searches.map((search, i) => turningPoints(search, scales, i)),
      ...uprights(searches.flatMap(markedRates), scales),
    ],
  );
}
