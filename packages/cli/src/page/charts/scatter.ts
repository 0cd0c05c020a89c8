/** Points, and bars of how many there are. */
import { bin } from "d3-array";
import { scaleLinear } from "d3-scale";
import { element, label } from "../../descent/svg/markup.ts";
import { short } from "../../descent/numbers.ts";
import { areaOf, chart, horizontalAxis, type Scale, spot, verticalAxis } from "./chart.ts";

type Point = readonly [x: number, y: number];

export interface ScatterOptions {
  readonly name: string;
  readonly xName: string;
  readonly yName: string;
  /** The line on which all would lie if the model knew everything: y = x, or y = 0. */
  readonly ideal: "diagonal" | "zero";
  readonly tip: (index: number) => string;
}

const extent = (values: readonly number[]): [number, number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = low === high ? Math.abs(low) * 0.1 + 1e-9 : 0.05 * (high - low);
  return [low - pad, high + pad];
};

export function scatter(points: readonly Point[], options: ScatterOptions): string {
  const { name, xName, yName, ideal, tip } = options;
  const height = ideal === "diagonal" ? 380 : 300;
  const area = areaOf(height);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const both = extent([...xs, ...ys]);
  const x: Scale = scaleLinear(ideal === "diagonal" ? both : extent(xs), [area.left, area.right]);
  const y: Scale = scaleLinear(ideal === "diagonal" ? both : extent([...ys, 0]), [area.bottom, area.top]);
  const [low, high] = x.domain() as [number, number];
  const line =
    ideal === "diagonal"
      ? { x1: x(low), y1: y(low), x2: x(high), y2: y(high) }
      : { x1: area.left, y1: y(0), x2: area.right, y2: y(0) };
  return chart(name, height, [
    horizontalAxis({ scale: x, name: xName }, area),
    verticalAxis({ scale: y, name: yName }, area),
    element("line", { class: "ideal", ...line }),
    ...points.map(([across, up], i) =>
      element("circle", { class: "point f0", cx: x(across), cy: y(up), r: 3.2, "data-tip": tip(i) }),
    ),
  ]);
}

/** How many of the values there are of each size. */
export function histogram(
  values: readonly number[],
  {
    name,
    xName,
    yName = "number",
    height = 220,
    tall = false,
  }: {
    readonly name: string;
    readonly xName: string;
    readonly yName?: string;
    readonly height?: number;
    readonly tall?: boolean;
  },
): string {
  const area = areaOf(tall ? 300 : height);
  const bins = bin<number, number>().thresholds(
    Math.min(40, Math.max(8, Math.ceil(Math.sqrt(values.length)))),
  )([...values]);
  const edges = bins.flatMap(({ x0 = 0, x1 = 0 }) => [x0, x1]);
  const [low, high] = [Math.min(...edges), Math.max(...edges)];
  const x: Scale = scaleLinear(low === high ? [low - 1, high + 1] : [low, high], [area.left, area.right]);
  const y: Scale = scaleLinear(
    [0, Math.max(...bins.map(({ length }) => length)) * 1.05],
    [area.bottom, area.top],
  );
  return chart(name, tall ? 300 : height, [
    horizontalAxis({ scale: x, name: xName }, area),
    verticalAxis(
      { scale: y, name: yName, ticks: 4, format: (n) => (Number.isInteger(n) ? short(n, 7) : "") },
      area,
    ),
    ...bins.map(({ x0 = 0, x1 = 0, length }) =>
      element("rect", {
        class: "bar f0",
        x: x(x0) + 0.5,
        y: y(length),
        width: Math.max(0.5, x(x1) - x(x0) - 1),
        height: area.bottom - y(length),
        "data-tip": `${short(x0)} to ${short(x1)}: ${length}`,
      }),
    ),
    low < 0 && high > 0
      ? element("line", { class: "ideal", x1: x(0), x2: x(0), y1: area.top, y2: area.bottom })
      : "",
  ]);
}

/** Steps that are shorter than this many pixels are not seen. */
const leastStep = 0.8;

/** Positions of the points that are further than a step from the one before; the first and the last among them. */
function seen(points: readonly Point[], x: Scale, y: Scale): number[] {
  let last: readonly [number, number] = [-Infinity, -Infinity];
  return points.flatMap(([across, up], i) => {
    const here = [x(across), y(up)] as const;
    const isNear = Math.abs(here[0] - last[0]) + Math.abs(here[1] - last[1]) < leastStep;
    if (isNear && i < points.length - 1) return [];
    last = here;
    return [i];
  });
}

/** A curve in the unit square, beside the one of chance. */
export function unitCurve(
  all: readonly Point[],
  options: {
    readonly name: string;
    readonly xName: string;
    readonly yName: string;
    readonly note: string;
    readonly chance: readonly [Point, Point];
    readonly tips: readonly string[];
    /** How large the mark of each point is; no marks if left out. */
    readonly sizes?: readonly number[];
    readonly isStepped?: boolean;
  },
): string {
  const { name, xName, yName, note, chance, tips, sizes, isStepped = false } = options;
  const height = 380;
  const area = areaOf(height);
  const x: Scale = scaleLinear([0, 1], [area.left, area.right]);
  const y: Scale = scaleLinear([0, 1], [area.bottom, area.top]);
  const kept = seen(all, x, y);
  const points = kept.map((i) => all[i]!);
  const path = points
    .map(([across, up], i) => {
      const [px, py] = [x(across).toFixed(1), y(up).toFixed(1)];
      return i === 0 ? `M${px},${py}` : isStepped ? `V${py}H${px}` : `L${px},${py}`;
    })
    .join("");
  const most = Math.max(...(sizes ?? [1]));
  const each = Math.ceil(points.length / 150);
  return chart(name, height, [
    horizontalAxis({ scale: x, name: xName }, area),
    verticalAxis({ scale: y, name: yName }, area),
    element("line", {
      class: "ideal",
      x1: x(chance[0][0]),
      y1: y(chance[0][1]),
      x2: x(chance[1][0]),
      y2: y(chance[1][1]),
    }),
    element("path", { class: "line s0", d: path }),
    ...points.map(([across, up], i) => {
      const [cx, cy] = [x(across), y(up)];
      const mark =
        sizes === undefined
          ? ""
          : element("circle", { class: "dot f0", cx, cy, r: 2.5 + 6 * Math.sqrt(sizes[kept[i]!]! / most) });
      return (
        mark +
        (i % each === 0 || i === points.length - 1
          ? spot(cx, cy, tips[kept[i]!] ?? "", sizes === undefined ? 6 : 10)
          : "")
      );
    }),
    label(note, { class: "note", x: area.right - 8, y: area.bottom - 12, "text-anchor": "end" }),
  ]);
}
