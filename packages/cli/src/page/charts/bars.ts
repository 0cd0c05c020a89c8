/** Named bars to the left and right of zero. */
import { scaleLinear } from "d3-scale";
import { element, label } from "../../descent/svg/markup.ts";
import { printable, textWidth, truncate } from "../../terminal/text.ts";
import { chart, type Scale, width } from "./chart.ts";

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Beside the bar. */
  readonly text: string;
  readonly tip: string;
}

const rowHeight = 22;
const nameWidth = 150;
const valueWidth = 64;

export function bars(items: readonly Bar[], name: string): string {
  const low = Math.min(0, ...items.map(({ value }) => value));
  const high = Math.max(0, ...items.map(({ value }) => value));
  const area = {
    left: nameWidth + (low < 0 ? valueWidth - 10 : 6),
    right: width - (high > 0 ? valueWidth : 6),
  };
  const x: Scale = scaleLinear(low === high ? [0, 1] : [low, high], [area.left, area.right]);
  const zero = x(0);
  const height = items.length * rowHeight + 8;
  const rows = items.map(({ name: each, value, text, tip }, i) => {
    const top = 4 + i * rowHeight;
    const end = x(value);
    const shown = truncate(printable(each), 22);
    return [
      label(shown, {
        class: `bar-name${textWidth(shown) > 20 ? " long" : ""}`,
        x: nameWidth - 8,
        y: top + 15,
        "text-anchor": "end",
      }),
      element("rect", {
        class: value < 0 ? "bar minus" : "bar plus",
        x: Math.min(zero, end),
        y: top + 4,
        width: Math.max(0.8, Math.abs(end - zero)),
        height: rowHeight - 8,
        rx: 2,
        "data-tip": tip,
      }),
      label(text, {
        class: "tick",
        x: value < 0 ? end - 5 : end + 5,
        y: top + 15,
        "text-anchor": value < 0 ? "end" : "start",
      }),
    ].join("");
  });
  return chart(name, height, [
    element("line", { class: "zero", x1: zero, x2: zero, y1: 2, y2: height - 2 }),
    ...rows,
  ]);
}
