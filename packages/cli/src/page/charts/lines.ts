/** Lines over epochs. */
import { scaleLinear, scaleLog } from "d3-scale";
import { element, label, polyline } from "../../descent/svg/markup.ts";
import { short } from "../../descent/numbers.ts";
import { areaOf, type Axis, chart, horizontalAxis, type Scale, spot, verticalAxis } from "./chart.ts";

export interface Line {
  readonly name: string;
  /** x and y; points that are not finite are left out, on logarithmic axes those not above 0 too. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Which of the series' colours. */
  readonly colour: number;
  readonly isDashed?: boolean;
  /** Whether each point is marked. */
  readonly hasMarks?: boolean;
}

export interface LinesOptions {
  /** For those who do not see it. */
  readonly name: string;
  readonly xName: string;
  readonly yName: string;
  readonly height?: number;
  readonly isLogarithmic?: boolean;
  /** A place on one of the lines that matters. */
  readonly mark?: { readonly x: number; readonly y: number; readonly text: string };
  /** What is above this line is not stable. */
  readonly beyond?: Line;
}

/** More could not be told apart. */
const mostPoints = 400;
const mostSpots = 120;

function thin<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

/** Logarithmic where the values reach over more than this factor. */
const wide = 20;

function verticalScale(values: readonly number[], isLogarithmic: boolean | undefined): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (isLogarithmic ?? (low > 0 && high / low > wide)) {
    const pad = low === high ? 2 : (high / low) ** 0.06;
    return scaleLog([low / pad, high * pad], [0, 1]);
  }
  const pad = low === high ? Math.abs(low) * 0.1 + 1e-9 : 0.06 * (high - low);
  // A loss near zero is seen from zero.
  const floor = low >= 0 && low < 0.35 * high ? 0 : low - pad;
  return scaleLinear([floor, high + pad], [0, 1]);
}

/** Names at the ends of the lines, moved apart where they would lie on each other. */
function endNames(
  ends: readonly { readonly name: string; readonly y: number; readonly colour: number }[],
  x: number,
  top: number,
): string {
  const sorted = [...ends].sort((a, b) => a.y - b.y);
  let last = top - 14;
  return sorted
    .map(({ name, y, colour }) => {
      last = Math.max(last + 14, y + 4);
      return label(name, { class: `series-name t${colour}`, x, y: last });
    })
    .join("");
}

export function lines(all: readonly Line[], options: LinesOptions): string {
  const { name, xName, yName, height = 300, mark, beyond } = options;
  const drawn = [...all, ...(beyond === undefined ? [] : [beyond])];
  const everyValue = drawn.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const values = options.isLogarithmic === true ? everyValue.filter((y) => y > 0) : everyValue;
  const positive = verticalScale(values, options.isLogarithmic);
  const isShown = ([x, y]: readonly [number, number]): boolean =>
    Number.isFinite(x) && Number.isFinite(positive(y));
  const longest = drawn.length > 1 ? Math.max(...drawn.map((line) => line.name.length)) : 0;
  const whole = areaOf(height);
  const area = { ...whole, right: whole.right - Math.min(120, longest * 6.2) };
  const xs = drawn.flatMap(({ points }) => points.filter(isShown).map(([x]) => x));
  const x: Scale = scaleLinear(
    [Math.min(...xs), Math.max(...xs, Math.min(...xs) + 1)],
    [area.left, area.right],
  );
  const y = positive.range([area.bottom, area.top]);
  const place = ([across, up]: readonly [number, number]): [number, number] => [x(across), y(up)];
  const shown = drawn.map((line) => ({ ...line, points: thin(line.points.filter(isShown), mostPoints) }));
  const axes: [Axis, Axis] = [
    { scale: x, name: xName, format: (value) => (Number.isInteger(value) ? short(value, 7) : "") },
    { scale: y, name: yName },
  ];
  const wall = shown.find((line) => line.name === beyond?.name);
  return chart(name, height, [
    horizontalAxis(axes[0], area),
    verticalAxis(axes[1], area),
    wall === undefined || wall.points.length === 0
      ? ""
      : element("path", {
          class: "beyond",
          d: `${polyline(wall.points.map(place))}L${area.right},${area.top}L${x(wall.points[0]![0]).toFixed(1)},${area.top}Z`,
        }),
    ...shown.map(({ points, colour, isDashed }) =>
      element("path", {
        class: `line s${colour}${isDashed === true ? " dashed" : ""}`,
        d: polyline(points.map(place)),
      }),
    ),
    ...shown.flatMap(({ points, colour, hasMarks }) =>
      hasMarks === true
        ? points.map((point) => {
            const [cx, cy] = place(point);
            return element("circle", { class: `dot f${colour}`, cx, cy, r: 3 });
          })
        : [],
    ),
    mark === undefined
      ? ""
      : element("line", { class: "mark", x1: x(mark.x), x2: x(mark.x), y1: area.top, y2: area.bottom }) +
        element("circle", { class: "marked", cx: x(mark.x), cy: y(mark.y), r: 4.5 }) +
        label(mark.text, {
          class: "note",
          x: x(mark.x) + (x(mark.x) > (area.left + area.right) / 2 ? -7 : 7),
          y: area.top + 11,
          "text-anchor": x(mark.x) > (area.left + area.right) / 2 ? "end" : "start",
        }),
    drawn.length < 2
      ? ""
      : endNames(
          shown.flatMap(({ name: each, points, colour }) => {
            const last = points.at(-1);
            return last === undefined ? [] : [{ name: each, y: y(last[1]), colour }];
          }),
          area.right + 6,
          area.top,
        ),
    ...shown.flatMap(({ name: each, points }) =>
      thin(points, mostSpots).map((point) => {
        const [cx, cy] = place(point);
        return spot(cx, cy, `${each}, ${xName} ${short(point[0], 7)}: ${short(point[1])}`, 6);
      }),
    ),
  ]);
}
