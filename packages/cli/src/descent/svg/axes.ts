import type { ScaleContinuousNumeric } from "d3-scale";
import { short } from "../numbers.ts";
import { element, label } from "./markup.ts";
import { plot } from "./plot.ts";

export type AxisScale = ScaleContinuousNumeric<number, number>;

const { left, right, top, bottom } = plot;

/** Those that have room for their names: of logarithmic scales the powers of ten, or some of them. */
const ticksOf = (scale: AxisScale, count: number): number[] => {
  const nameOf = scale.tickFormat(count);
  return scale.ticks(count).filter((tick) => nameOf(tick) !== "");
};

export function horizontalAxis(scale: AxisScale, name: string): string {
  const ticks = ticksOf(scale, 8).map((tick) => {
    const x = scale(tick);
    return (
      element("line", { class: "rule", x1: x, x2: x, y1: bottom, y2: bottom + 5 }) +
      label(short(tick, 6), { class: "faint", x, y: bottom + 19, "text-anchor": "middle" })
    );
  });
  return ticks.join("") + label(name, { class: "name", x: right, y: bottom + 37, "text-anchor": "end" });
}

export function verticalAxis(scale: AxisScale, name: string): string {
  const ticks = ticksOf(scale, 7).map((tick) => {
    const y = scale(tick);
    return (
      element("line", { class: "rule", x1: left - 5, x2: left, y1: y, y2: y }) +
      label(short(tick, 6), { class: "faint", x: left - 9, y: y + 4, "text-anchor": "end" })
    );
  });
  // Long names begin at the left edge rather than ending beyond it.
  const place = name.length > 6 ? { x: 14 } : { x: left - 9, "text-anchor": "end" };
  return ticks.join("") + label(name, { class: "name", y: top - 9, ...place });
}
