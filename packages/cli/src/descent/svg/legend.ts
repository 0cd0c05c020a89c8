/** What the lines of a picture are, and what is thought of them. */
import { wrap } from "../../terminal/text.ts";
import { mark } from "./mark.ts";
import { element, label } from "./markup.ts";
import { axisHeight, plot } from "./plot.ts";
import { dashesOf, strokeOf } from "./style.ts";

const entryHeight = 24;
const reasonHeight = 15;
/** Characters in a line of a reason. */
const reasonWidth = 104;
/** So many lines are explained; more would be a page. */
const mostExplained = 3;

export interface LegendEntry {
  readonly name: string;
  readonly result: string;
  /** A sentence or two. */
  readonly reason: string;
}

/** Entries below each other, and where they end. */
export function legend(list: readonly LegendEntry[]): { readonly markup: string; readonly bottom: number } {
  let y = plot.bottom + axisHeight + 14;
  const entries = list.map(({ name, result, reason }, i) => {
    const text = plot.left + 46;
    const line = { x1: plot.left, x2: plot.left + 34, y1: y - 4, y2: y - 4 };
    const head = [
      element("line", { class: `way ${strokeOf(i)}`, ...line, "stroke-dasharray": dashesOf(i) }),
      mark(i, plot.left + 17, y - 4, 44),
      label(name, { x: text, y, "font-weight": 600 }),
      label(result, { x: plot.left + 250, y }),
    ];
    const lines = list.length > mostExplained ? [] : wrap(reason, reasonWidth);
    const explanation = lines.map((words) =>
      label(words, { class: "faint reason", x: text, y: (y += reasonHeight) }),
    );
    y += entryHeight;
    return [...head, ...explanation].join("");
  });
  return { markup: entries.join(""), bottom: y };
}
