/** What all pictures have: title, axes, and a legend of the descents. */
import type { Descents } from "../run.ts";
import { subtitleOf } from "../subtitle.ts";
import { type AxisScale, horizontalAxis, verticalAxis } from "./axes.ts";
import { legend } from "./legend.ts";
import { element, escapeText, label } from "./markup.ts";
import { plot, width } from "./plot.ts";
import { styleSheet } from "./style.ts";

export interface Axes {
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly xName: string;
  readonly yName: string;
}

/** A whole picture, with `content` in its plot. */
export function picture({ landscape, descents }: Descents, axes: Axes, content: readonly string[]): string {
  const { markup, bottom } = legend(descents);
  const area = { x: plot.left, y: plot.top, width: plot.width, height: plot.height };
  const subtitle = subtitleOf(landscape, descents);
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${bottom}`,
      width,
      height: bottom,
      role: "img",
    },
    element("title", {}, escapeText(`${landscape.text}, ${subtitle}`)),
    element("style", {}, styleSheet),
    element("defs", {}, element("clipPath", { id: "plot" }, element("rect", area))),
    element("rect", { width, height: bottom, fill: "var(--paper)" }),
    label(landscape.text, { class: "title", x: plot.left, y: 28 }),
    label(subtitle, { class: "faint", x: plot.left, y: 47 }),
    element("g", { "clip-path": "url(#plot)" }, ...content),
    element("rect", { class: "rule", ...area }),
    horizontalAxis(axes.x, axes.xName),
    verticalAxis(axes.y, axes.yName),
    markup,
  )}\n`;
}
