/** Growth as pictures: time and memory against the size, both logarithmic, and what the arithmetic would be. */
import { scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { element, label } from "../../packages/cli/src/descent/svg/markup.ts";
import type { AxisResult, Growth, GrowthSession, Point } from "../growth/growth.ts";
import { upperHalf } from "../growth/fit.ts";
import { styleSheet } from "./style.ts";

const width = 860;
const margin = 20;
const left = 62;
const between = 14;
const plotHeight = 150;
const top = 118;

interface Series {
  readonly name: string;
  readonly value: (point: Point) => number;
  /** What its growth is compared with: whichever grows fastest. */
  readonly expected: readonly ((point: Point) => number)[];
  readonly growth: (axis: AxisResult) => Growth;
  readonly colour: number;
  /** Where its exponent stands: above or below the end of its line. */
  readonly side: -1 | 1;
}

const times: readonly Series[] = [
  {
    name: "training step",
    value: ({ step }) => step,
    expected: [({ arithmetic }) => arithmetic, ({ copy }) => copy],
    growth: ({ step }) => step,
    colour: 0,
    side: 1,
  },
  {
    name: "first call: traced and compiled",
    value: ({ firstCall }) => firstCall,
    expected: [({ equations }) => equations, ({ bytes }) => bytes],
    growth: ({ firstCall }) => firstCall,
    colour: 1,
    side: -1,
  },
];

const memory: readonly Series[] = [
  {
    name: "peak memory of the process",
    value: ({ peakBytes }) => peakBytes,
    expected: [({ bytes }) => bytes],
    growth: ({ memory }) => memory,
    colour: 2,
    side: -1,
  },
];

const timeTicks = [
  [1e-6, "1 µs"],
  [1e-5, "10 µs"],
  [1e-4, "100 µs"],
  [1e-3, "1 ms"],
  [1e-2, "10 ms"],
  [1e-1, "100 ms"],
  [1, "1 s"],
  [10, "10 s"],
] as const;
const byteTicks = [
  [1e6, "1 MB"],
  [1e7, "10 MB"],
  [3e7, "30 MB"],
  [1e8, "100 MB"],
  [3e8, "300 MB"],
  [1e9, "1 GB"],
] as const;

type Scale = (value: number) => number;

export function growthPicture(session: GrowthSession): string {
  const { axes } = session;
  const panelWidth = (width - left - margin - between * (axes.length - 1)) / axes.length;
  const secondTop = top + plotHeight + 40;
  const height = secondTop + plotHeight + 74;
  const rows = [
    { series: times, ticks: timeTicks, y: top },
    { series: memory, ticks: byteTicks, y: secondTop },
  ];
  const body = rows.flatMap(({ series, ticks, y: y0 }) => {
    const values = series.flatMap(({ value }) => axes.flatMap(({ points }) => points.map(value)));
    const y = scaleLog([Math.min(...values) / 1.6, Math.max(...values) * 1.6], [y0 + plotHeight, y0]);
    const [low = 0, high = 0] = y.domain();
    const inside = ticks.filter(([tick]) => tick >= low && tick <= high);
    return [
      ...inside.map(([tick, text]) =>
        label(text, { x: left - 8, y: y(tick) + 4, class: "head figure", "text-anchor": "end" }),
      ),
      ...axes.map((axis, i) => {
        const x0 = left + i * (panelWidth + between);
        return panel(
          axis,
          series,
          inside.map(([tick]) => tick),
          x0,
          panelWidth,
          y0,
          y,
        );
      }),
    ];
  });
  const { cpu, cores } = session.machine;
  const missed = axes
    .flatMap(({ step, firstCall, memory }) => [step, firstCall, memory])
    .filter((g) => !g.isKept);
  const title =
    missed.length === 0
      ? "Nothing grows faster than its arithmetic"
      : `${missed.length} grow faster than they should`;
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, role: "img", width, height },
    element("title", {}, title),
    element("style", {}, styleSheet),
    element("rect", { width, height, rx: 10, class: "paper" }),
    label(title, { x: margin, y: 34, class: "title" }),
    label(`${cpu}, ${cores} cores; Node ${session.node}; ${session.date.slice(0, 10)}`, {
      x: margin,
      y: 53,
      class: "faint",
    }),
    ...axes.map((axis, i) => head(axis, left + i * (panelWidth + between))),
    ...body,
    legend(height - 18),
  );
}

function head({ title, subject }: AxisResult, x: number): string {
  return [
    label(title, { x, y: top - 30, class: "strong" }),
    label(subject, { x, y: top - 14, class: "head" }),
  ].join("");
}

function panel(
  axis: AxisResult,
  series: readonly Series[],
  ticks: readonly number[],
  x0: number,
  panelWidth: number,
  y0: number,
  y: Scale,
): string {
  const { points } = axis;
  const sizes = points.map(({ size }) => size);
  const x = scaleLog([sizes[0]! / 1.25, sizes.at(-1)! * 1.25], [x0, x0 + panelWidth]);
  const path = line<readonly [number, number]>();
  const bottom = y0 + plotHeight;
  const marks = series.map(({ value, expected, growth, colour, side }) => {
    const upper = upperHalf(points);
    const last = upper.at(-1)!;
    // As the expected quantity grows, from the last point backwards.
    const rise = (f: (point: Point) => number): number => f(last) / f(upper[0]!);
    const fastest = expected.reduce((a, b) => (rise(b) > rise(a) ? b : a));
    const scale = value(last) / fastest(last);
    const guide = upper.map((point) => [x(point.size), y(fastest(point) * scale)] as const);
    const way = points.map((point) => [x(point.size), y(value(point))] as const);
    const { measured, isKept } = growth(axis);
    const [endX, endY] = way.at(-1)!;
    return [
      element("path", { d: path(guide.filter(([, at]) => at <= bottom)) ?? "", class: "expected" }),
      element("path", { d: path(way) ?? "", class: `line c${colour}` }),
      ...way.map(([cx, cy]) => element("circle", { cx, cy, r: 2.6, class: `f${colour}` })),
      power(measured, endX, side < 0 ? endY - 9 : endY + 38, isKept ? `f${colour}` : "missed"),
    ].join("");
  });
  return [
    ...ticks.map((tick) =>
      element("line", { x1: x0, x2: x0 + panelWidth, y1: y(tick), y2: y(tick), class: "rule" }),
    ),
    ...[sizes[0]!, sizes.at(-1)!].map((size, i) =>
      label(size.toLocaleString("en").replaceAll(",", " "), {
        x: x(size),
        y: bottom + 15,
        class: "head figure",
        "text-anchor": i === 0 ? "start" : "end",
      }),
    ),
    ...marks,
  ].join("");
}

/** nᵖ at the end of a line. */
function power(exponent: number, x: number, y: number, tone: string): string {
  return element(
    "text",
    { x, y, class: `figure strong halo ${tone}`, "text-anchor": "end" },
    "n",
    element("tspan", { dy: -5, class: "power" }, exponent.toFixed(2)),
  );
}

function legend(y: number): string {
  let x = margin;
  const entries = [...times, ...memory].map(({ name, colour }) => [`line c${colour}`, name] as const);
  return [...entries, ["expected", "expected"] as const]
    .map(([kind, text]) => {
      const placed = [
        element("line", { x1: x, x2: x + 18, y1: y - 4, y2: y - 4, class: kind }),
        label(text, { x: x + 24, y, class: "faint" }),
      ].join("");
      x += 46 + text.length * 6.1;
      return placed;
    })
    .join("");
}
