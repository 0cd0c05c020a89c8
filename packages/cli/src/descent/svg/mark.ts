import { symbol } from "d3-shape";
import { element } from "./markup.ts";
import { fillOf, symbols } from "./style.ts";

/** The mark of a point of the i-th descent; `size` is its area. */
export function mark(i: number, x: number, y: number, size: number): string {
  return element("path", {
    class: `point ${fillOf(i)}`,
    d: symbol(symbols[i % symbols.length], size)() ?? "",
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
  });
}
