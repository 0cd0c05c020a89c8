/** What the lines of a picture are, and what is thought of their rates. */
import type { Descent } from "downhill";
import { formatCount } from "../../terminal/numbers.ts";
import { wrap } from "../../terminal/text.ts";
import { short } from "../numbers.ts";
import type { Point } from "../run.ts";
import { mark } from "./mark.ts";
import { element, label } from "./markup.ts";
import { axisHeight, plot } from "./plot.ts";
import { dashesOf, strokeOf } from "./style.ts";

const entryHeight = 24;
const reasonHeight = 15;
/** Characters in a line of a reason. */
const reasonWidth = 104;
/** The rates of so many descents are explained; more would be a page. */
const mostExplained = 3;

/** `gd, rate 0.25`. */
const nameOf = ({ optimizer, learningRate }: Descent<Point>): string =>
  learningRate === undefined ? optimizer : `${optimizer}, rate ${short(learningRate, 3)}`;

const resultOf = ({ path, judgement }: Descent<Point>): string => {
  const { step, value } = path.at(-1)!;
  return `${judgement.verdict}; value ${short(value)} after ${formatCount(step)} ${step === 1 ? "step" : "steps"}`;
};

/** Entries below each other, and where they end. */
export function legend(descents: readonly Descent<Point>[]): {
  readonly markup: string;
  readonly bottom: number;
} {
  let y = plot.bottom + axisHeight + 14;
  const entries = descents.map((descent, i) => {
    const text = plot.left + 46;
    const line = { x1: plot.left, x2: plot.left + 34, y1: y - 4, y2: y - 4 };
    const head = [
      element("line", { class: `way ${strokeOf(i)}`, ...line, "stroke-dasharray": dashesOf(i) }),
      mark(i, plot.left + 17, y - 4, 44),
      label(nameOf(descent), { x: text, y, "font-weight": 600 }),
      label(resultOf(descent), { x: plot.left + 250, y }),
    ];
    const reasons = descents.length > mostExplained ? [] : wrap(descent.judgement.reason, reasonWidth);
    const explanation = reasons.map((reason) =>
      label(reason, { class: "faint reason", x: text, y: (y += reasonHeight) }),
    );
    y += entryHeight;
    return [...head, ...explanation].join("");
  });
  return { markup: entries.join(""), bottom: y };
}
