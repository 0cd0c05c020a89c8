/** What all pictures have: title, axes, and a legend. */
import { type AxisScale, horizontalAxis, verticalAxis } from "./axes.ts";
import { type LegendEntry, legend } from "./legend.ts";
import { element, escapeText, label } from "./markup.ts";
import { plot, width } from "./plot.ts";
import { styleSheet } from "./style.ts";

export interface Axes {
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly xName: string;
  readonly yName: string;
}

/** The words around a picture. */
export interface Caption {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendEntry[];
}

/** Titles longer than this would run off the picture. */
const longestTitle = 66;
const cut = (text: string): string =>
  [...text].length > longestTitle ? `${[...text].slice(0, longestTitle - 1).join("")}…` : text;

/** A whole picture, with `content` in its plot. */
export function picture(caption: Caption, axes: Axes, content: readonly string[]): string {
  const { title, subtitle } = caption;
  const { markup, bottom } = legend(caption.legend);
  const area = { x: plot.left, y: plot.top, width: plot.width, height: plot.height };
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${bottom}`,
      width,
      height: bottom,
      role: "img",
    },
    element("title", {}, escapeText(`${title}, ${subtitle}`)),
    element("style", {}, styleSheet),
    element("defs", {}, element("clipPath", { id: "plot" }, element("rect", area))),
    element("rect", { width, height: bottom, fill: "var(--paper)" }),
    label(cut(title), { class: "title", x: plot.left, y: 28 }),
    label(subtitle, { class: "faint", x: plot.left, y: 47 }),
    element("g", { "clip-path": "url(#plot)" }, ...content),
    element("rect", { class: "rule", ...area }),
    horizontalAxis(axes.x, axes.xName),
    verticalAxis(axes.y, axes.yName),
    markup,
  )}\n`;
}
