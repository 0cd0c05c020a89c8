/** Range tests as a picture in the terminal. */
import { scaleLog } from "d3-scale";
import type { Terminal } from "../../terminal/terminal.ts";
import type { RateSearch } from "../run.ts";
import { columnsFor, segment, sheet } from "../text/framed.ts";
import type { Paint } from "../text/pictures.ts";
import { rateWindow } from "./window.ts";

const rows = 14;

export function drawRates(
  searches: readonly RateSearch[],
  { width, colours }: Terminal,
  paints: readonly Paint[],
): string[] {
  const window = rateWindow(searches);
  const drawn = sheet(window.x, window.y, columnsFor(width - 2), rows, scaleLog());
  for (const [i, { points, bottom, steepest }] of searches.entries()) {
    drawn.put(bottom.rate, bottom.smoothed, paints[i]!("●"));
    if (steepest !== undefined) drawn.put(steepest.rate, steepest.smoothed, paints[i]!("▼"));
    points.slice(1).forEach(({ rate, smoothed }, j) => {
      const from = points[j]!;
      segment(drawn, [from.rate, from.smoothed], [rate, smoothed], i);
    });
  }
  searches.forEach(({ learningRate }, i) => drawn.put(learningRate, window.y[0], paints[i]!("▲")));
  const lines = drawn.lines((character, layer) => (paints[layer] ?? colours.dim)(character), colours.dim);
  return [
    "value after a step over its rate",
    ...lines,
    `  ${colours.dim("▼ falls fastest   ● lowest   ▲ recommended")}`,
  ];
}
