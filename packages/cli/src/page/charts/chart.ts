/** What all charts have: a frame, axes, a name. Static SVG; colours come from the page's tokens. */
import type { ScaleContinuousNumeric } from "d3-scale";
import { element, escapeText, label } from "../../descent/svg/markup.ts";
import { short } from "../../descent/numbers.ts";
import { printable } from "../../terminal/text.ts";

export type Scale = ScaleContinuousNumeric<number, number>;

/** All charts have this width; narrow enough for the text to be read where a telephone shows it whole. */
export const width = 460;

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The area of a plot in a chart of this height. */
export const areaOf = (height: number, left = 50): Area => ({
  left,
  right: width - 12,
  top: 26,
  bottom: height - 40,
});

export interface Axis {
  readonly scale: Scale;
  readonly name: string;
  readonly ticks?: number;
  readonly format?: (value: number) => string;
  /** Lines across the plot; true if left out. */
  readonly hasGrid?: boolean;
}

export const scaleHasLogarithms = (scale: Scale): boolean => "base" in scale;

/** Of a logarithmic scale powers of ten, and where these are few also 2 and 5 times them. */
function ticksOf({ scale, ticks = 5 }: Axis): number[] {
  if (!scaleHasLogarithms(scale)) return scale.ticks(ticks);
  const all = scale.ticks();
  const leading = (value: number): number => Number(value.toExponential().split("e")[0]);
  const powers = all.filter((value) => leading(value) === 1);
  if (powers.length >= 3) {
    const each = Math.ceil(powers.length / 6);
    return powers.filter((_, i) => i % each === 0);
  }
  const easy = all.filter((value) => [1, 2, 5].includes(leading(value)));
  return easy.length >= 2 ? easy : all.slice(0, 6);
}

const plain = (value: number): string => short(value, 4);

export function horizontalAxis(axis: Axis, { left, right, top, bottom }: Area): string {
  const { scale, name, format = plain, hasGrid = true } = axis;
  const marks = ticksOf(axis).map((tick) => {
    const x = scale(tick);
    return (
      element("line", { class: "grid-line", x1: x, x2: x, y1: hasGrid ? top : bottom - 4, y2: bottom }) +
      label(format(tick), { class: "tick", x, y: bottom + 16, "text-anchor": "middle" })
    );
  });
  const title = label(printable(name), {
    class: "axis",
    x: (left + right) / 2,
    y: bottom + 33,
    "text-anchor": "middle",
  });
  return marks.join("") + title;
}

export function verticalAxis(axis: Axis, { left, right, top }: Area): string {
  const { scale, name, format = plain, hasGrid = true } = axis;
  const marks = ticksOf(axis).map((tick) => {
    const y = scale(tick);
    return (
      element("line", { class: "grid-line", x1: left, x2: hasGrid ? right : left + 4, y1: y, y2: y }) +
      label(format(tick), { class: "tick", x: left - 7, y: y + 4, "text-anchor": "end" })
    );
  });
  return marks.join("") + label(printable(name), { class: "axis", x: 4, y: top - 11 });
}

/** The whole picture. `name` says what it shows to those who do not see it. */
export function chart(name: string, height: number, content: readonly string[]): string {
  return element(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": printable(name) },
    element("title", {}, escapeText(printable(name))),
    ...content,
  );
}

/** Something that shows a text when pointed at. */
export const spot = (x: number, y: number, tip: string, radius = 8): string =>
  element("circle", { class: "spot", cx: x, cy: y, r: radius, "data-tip": printable(tip) });
