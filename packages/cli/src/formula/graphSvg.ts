/** The graph of a derivation as a picture. */
import { curveBasis, line } from "d3-shape";
import { derivationGraph } from "downhill/explain";
import type { Derivation } from "downhill/formula";
import { type PlacedBox, type PlacedEdge, placeGraph, textWidth } from "downhill-palette/graph";
import { short } from "../descent/numbers.ts";
import { element, escapeText, label } from "../descent/svg/markup.ts";
import { styleSheet } from "../descent/svg/style.ts";

const margin = 24;
const head = 66;
const foot = 52;
/** How much wider titles are than the rest. */
const titleSize = 1.45;

const curve = line<{ readonly x: number; readonly y: number }>(
  ({ x }) => x,
  ({ y }) => y,
)
  .curve(curveBasis)
  .digits(1);

const look = `
.box{fill:var(--paper);stroke:var(--rule);stroke-width:1.2}
.ground{fill:var(--paper)}
.result{stroke:var(--ink);stroke-width:1.6}
.variable{stroke:var(--c0);stroke-width:1.6}
.flow{fill:none;stroke:var(--faint);stroke-width:1.3}
.name{font-weight:600;font-style:normal;font-size:12px}
.value{fill:var(--c0)}
.slope{fill:var(--c1)}
#tip{fill:var(--faint)}
`;

function drawBox({ node, lines, x, y, width, height }: PlacedBox): string {
  const kind = node.definition === null ? " variable" : node.slope === null ? " result" : "";
  const top = y - height / 2;
  return [
    element("rect", { class: `box${kind}`, x: x - width / 2, y: top, width, height, rx: 7 }),
    ...lines.map((one) => label(one.text, { class: one.kind, x, y: top + one.y, "text-anchor": "middle" })),
  ].join("");
}

const drawEdge = ({ points }: PlacedEdge): string =>
  element("path", { class: "flow", d: curve(points) ?? "", "marker-end": "url(#arrow)" });

/** On a ground of its own, so that the line does not run through it. */
const drawSlope = ({ text, x, y, width }: PlacedEdge): string =>
  element("rect", { class: "ground", x: x - width / 2, y: y - 8, width, height: 16 }) +
  label(text, { class: "slope", x, y: y + 4, "text-anchor": "middle" });

/** An SVG file: values flow from left to right, slopes come back from right to left. */
export function drawGraph(derivation: Derivation): string {
  const placed = placeGraph(derivationGraph(derivation), short);
  const title = `${derivation.call.text} = ${derivation.formula.text}`;
  const width = Math.max(placed.width + 2 * margin, textWidth(title) * titleSize + 2 * margin, 420);
  const height = head + placed.height + foot;
  const names = new Map(derivation.partials.map(({ by, name }) => [by, name.text]));
  const values = Object.entries(derivation.at?.values ?? {}).map(
    ([name, value]) => `${names.get(name) ?? name} = ${short(value)}`,
  );
  const subtitle =
    values.length > 0 ? `at ${values.join(", ")}` : "each step with the slope of the result by it";
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`,
      width,
      height,
      role: "img",
    },
    element("title", {}, escapeText(`${title}, ${subtitle}`)),
    element("style", {}, styleSheet + look),
    element(
      "defs",
      {},
      element(
        "marker",
        {
          id: "arrow",
          viewBox: "0 0 10 10",
          refX: 9,
          refY: 5,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto",
        },
        element("path", { id: "tip", d: "M0,1L10,5L0,9Z" }),
      ),
    ),
    element("rect", { width, height, fill: "var(--paper)" }),
    label(title, { class: "title", x: margin, y: 28 }),
    label(subtitle, { class: "faint", x: margin, y: 47 }),
    element(
      "g",
      { transform: `translate(${((width - placed.width) / 2).toFixed(1)} ${head})` },
      ...placed.edges.map(drawEdge),
      ...placed.edges.map(drawSlope),
      ...placed.boxes.map(drawBox),
    ),
    label(derivation.at === undefined ? "" : "values flow to the right", {
      class: "value",
      x: margin,
      y: height - 32,
    }),
    label("slopes flow back: along a path they multiply, where paths meet they add", {
      class: "slope",
      x: margin,
      y: height - 14,
    }),
  )}\n`;
}
