/** Descents in many variables: the value by step. */
import { scaleLinear, scaleLog } from "d3-scale";
import { courses } from "../course.ts";
import type { Descents } from "../run.ts";
import type { AxisScale } from "./axes.ts";
import { captionOf } from "./caption.ts";
import { picture } from "./picture.ts";
import { plot } from "./plot.ts";
import type { Place } from "./places.ts";
import { ending, line, marks } from "./way.ts";

export function coursePicture(all: Descents): string {
  const { lines, range, isLogarithmic, name } = courses(all.descents);
  const most = Math.max(1, ...lines.map((values) => values.length - 1));
  const x: AxisScale = scaleLinear([0, most], [plot.left + 8, plot.right - 8]);
  const y: AxisScale = (isLogarithmic ? scaleLog() : scaleLinear())
    .domain(range)
    .range([plot.bottom - 8, plot.top + 8]);
  const ways = lines.map((values) => values.map((value, step): Place => [x(step), y(value)]));
  return picture(captionOf(all), { x, y, xName: "step", yName: name }, [
    ...ways.map(line),
    ...ways.map(marks),
    ...ways.map(ending),
  ]);
}
